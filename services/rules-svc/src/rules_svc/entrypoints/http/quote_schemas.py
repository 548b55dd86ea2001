"""The JSON in which quotes are asked for."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from rules_svc.adapters.case_schema import BeneficiaryData, MemberData
from rules_svc.domain.request import Beneficiary, Facts, Item, Member, Mode, Request
from rules_svc.entrypoints.http.schemas import ReasonView

Cents = Annotated[int, Field(strict=True, gt=0, le=100_000_000_00, description="Euro cents")]
Fact = bool | Annotated[int, Field(strict=True)] | Annotated[str, Field(max_length=200)]
MAX_BATCH = 100


class Service(BaseModel):
    """A service that somebody thinks of taking, as the plan's rules see it."""

    model_config = ConfigDict(extra="forbid")
    article: str = Field(default="", max_length=10, description="May be left out where the tariff codes name it")
    amount_cents: Cents
    quantity: int = Field(default=1, strict=True, ge=1, le=100)
    service: str = Field(default="", max_length=200)
    provider_kind: str = Field(default="", max_length=50)
    specialty: str | None = Field(default=None, max_length=100)
    ssn_ticket: bool = False
    extra: dict[Annotated[str, Field(max_length=50)], Fact] = Field(
        default={}, max_length=20, description="Facts that single articles ask for, such as school_level"
    )

    def to_request(self, on: date, items: tuple[Item, ...], mode: Mode = "indirect") -> Request:
        """Return the request, received on its own day so that no term runs."""
        return Request(
            mode=mode,
            article=self.article,
            expense_date=on,
            received_on=on,
            amount_cents=self.amount_cents,
            quantity=self.quantity,
            items=items,
            ssn_ticket=self.ssn_ticket,
            provider_kind=self.provider_kind,
            provider_specialty=self.specialty,
            service=self.service,
            extra=self.extra,
        )


class QuoteItem(BaseModel):
    """One code of a tariff; the amount is the total for the quantity."""

    model_config = ConfigDict(extra="forbid")
    code: str = Field(min_length=1, max_length=20)
    quantity: int = Field(default=1, strict=True, ge=1, le=100)
    amount_cents: Cents


class PricedService(Service):
    """A service on a day, in one mode or both."""

    expense_date: date
    mode: Literal["both", "indirect", "direct"] = "both"
    items: list[QuoteItem] = Field(default=[], max_length=50)

    @model_validator(mode="after")
    def _items_within_total(self) -> "PricedService":
        if sum(item.amount_cents for item in self.items) > self.amount_cents:
            raise ValueError("the items sum to more than amount_cents")
        if not self.article and not self.items:
            raise ValueError("give an article, or items with codes of a tariff")
        return self

    def to_domain(self) -> Request:
        """Return the request."""
        items = tuple(Item(item.amount_cents, item.quantity, None, item.code) for item in self.items)
        return self.to_request(self.expense_date, items)


class QuoteBody(PricedService):
    """A service that a person of the fund thinks of taking."""

    person_id: UUID


class SomebodyMember(MemberData):
    """The membership; what is left out is that of an employee enrolled for years."""

    model_config = ConfigDict(extra="forbid")
    category: str = Field(default="employee", max_length=30)
    enrolled_on: date = date(1990, 1, 1)
    birth_date: date = date(1980, 1, 1)


class SomebodyPerson(BeneficiaryData):
    """The person whom the service is for."""

    model_config = ConfigDict(extra="forbid")
    relation: str = Field(default="member", max_length=30)
    birth_date: date = date(1980, 1, 1)
    fiscally_dependent: bool | None = True


class AnonymousQuoteBody(PricedService):
    """A service that somebody thinks of taking, with all facts given."""

    plan_id: str = Field(min_length=1, max_length=50)
    fund: str | None = Field(default=None, max_length=50, description="The plan's fund; this installation's by default")
    member: SomebodyMember = SomebodyMember()
    person: SomebodyPerson = SomebodyPerson()

    def facts(self) -> Facts:
        """Return the persons; nothing is on file for somebody."""
        return Facts(Member(**self.member.model_dump()), Beneficiary(**self.person.model_dump()))


class BatchItem(Service):
    """One service of a batch, in one mode."""

    key: str = Field(min_length=1, max_length=100, description="Your own name of the line, given back with its answer")
    codes: list[Annotated[str, Field(min_length=1, max_length=20)]] = Field(
        default=[], max_length=1, description="The tariff code of the service, where it has one"
    )
    on: date = Field(alias="date")
    mode: Mode

    @model_validator(mode="after")
    def _named(self) -> "BatchItem":
        if not self.article and not self.codes:
            raise ValueError("give an article, or the code of a tariff")
        return self

    def to_domain(self) -> Request:
        """Return the request."""
        items = tuple(Item(self.amount_cents, self.quantity, None, code) for code in self.codes)
        return self.to_request(self.on, items, self.mode)


class BatchBody(BaseModel):
    """Services that one person compares; each is quoted as if it were the only one."""

    model_config = ConfigDict(extra="forbid")
    person_id: UUID
    items: list[BatchItem] = Field(min_length=1, max_length=MAX_BATCH)

    @field_validator("items")
    @classmethod
    def _own_keys(cls, items: list[BatchItem]) -> list[BatchItem]:
        if len({item.key for item in items}) < len(items):
            raise ValueError("two items have the same key")
        return items


class BatchLine(BaseModel):
    """What one service would give; amounts are null where no plan or article covers it, and `reasons` say so."""

    key: str
    outcome: str | None
    article: str | None
    payable_cents: int | None
    member_share_cents: int | None
    reasons: list[ReasonView]


class BatchView(BaseModel):
    """The answers, in the order of the items."""

    person_id: UUID
    items: list[BatchLine]
