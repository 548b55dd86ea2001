"""Requests and persons as they come in JSON: in events, in stored decisions, in golden cases."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from rules_svc.domain.request import Beneficiary, Facts, Item, Member, OnFile, Request

Cents = Annotated[int, Field(strict=True, ge=0, le=100_000_000_00)]


class _Lenient(BaseModel):
    """Only the fields that are read are declared; producers may add others."""

    model_config = ConfigDict(extra="ignore")


class ItemData(_Lenient):
    amount_cents: Cents
    quantity: int = Field(default=1, strict=True, ge=1, le=1000)
    article: str | None = None
    code: str | None = None

    def to_domain(self) -> Item:
        return Item(amount_cents=self.amount_cents, quantity=self.quantity, article=self.article, code=self.code)


class ProviderData(_Lenient):
    kind: str = ""
    specialty: str | None = None


class RequestData(_Lenient):
    mode: Literal["direct", "indirect"]
    article: str
    expense_date: date
    received_on: date
    channel: str = "portal"
    amount_cents: Cents
    currency: str = "EUR"
    quantity: int = Field(default=1, strict=True, ge=1, le=1000)
    items: list[ItemData] = Field(default_factory=list)
    ssn_ticket: bool = False
    stamp_duty_cents: Cents = 0
    other_fund_refund_cents: Cents = 0
    provider: ProviderData = ProviderData()
    service: str = ""
    documents: list[str] = Field(default_factory=list)
    extra: dict[str, Any] = Field(default_factory=dict)

    def to_domain(self) -> Request:
        return Request(
            mode=self.mode,
            article=self.article,
            expense_date=self.expense_date,
            received_on=self.received_on,
            channel=self.channel,
            amount_cents=self.amount_cents,
            currency=self.currency,
            quantity=self.quantity,
            items=tuple(item.to_domain() for item in self.items),
            ssn_ticket=self.ssn_ticket,
            stamp_duty_cents=self.stamp_duty_cents,
            other_fund_refund_cents=self.other_fund_refund_cents,
            provider_kind=self.provider.kind,
            provider_specialty=self.provider.specialty,
            service=self.service,
            documents=frozenset(self.documents),
            extra=self.extra,
        )


class MemberData(_Lenient):
    category: str
    enrolled_on: date
    birth_date: date
    hired_on: date | None = None
    left_on: date | None = None
    retired_on: date | None = None
    confirmed_on: date | None = None

    def to_domain(self) -> Member:
        return Member(**self.model_dump())


class BeneficiaryData(_Lenient):
    relation: str
    birth_date: date
    disabled_104: bool = False
    fiscally_dependent: bool | None = None

    def to_domain(self) -> Beneficiary:
        return Beneficiary(**self.model_dump(include=set(BeneficiaryData.model_fields)))


class OnFileData(_Lenient):
    article: str
    document: str
    issued_on: date


class FactsData(_Lenient):
    """The persons of a request, as a stored decision keeps them."""

    member: MemberData
    beneficiary: BeneficiaryData
    on_file: list[OnFileData] = Field(default_factory=list)

    def to_domain(self) -> Facts:
        on_file = tuple(OnFile(one.article, one.document, one.issued_on) for one in self.on_file)
        return Facts(self.member.to_domain(), self.beneficiary.to_domain(), on_file)
