"""What the use cases of taxes need of the outside: rates, yearly communications, their file."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from payout_svc.domain.tax_communication import TaxCommunication, TaxLine, TaxYear
from payout_svc.domain.withholding import TaxParameter


class TaxStore(Protocol):
    """The yearly communications to the tax authority."""

    async def last(self, year: int) -> TaxCommunication | None: ...
    async def year(self, year: int, *, today: date) -> TaxYear: ...
    async def add(self, made: TaxCommunication, lines: Sequence[TaxLine]) -> None: ...


class TaxParameterStore(Protocol):
    """The rates of withholding."""

    async def in_force(self, on: date) -> TaxParameter | None: ...


class TaxFile(Protocol):
    """The layout in which the tax authority takes a communication."""

    def write(self, made: TaxCommunication, lines: Sequence[TaxLine], *, fund_name: str) -> bytes: ...
