"""Cases and claims on the wire: what clients send."""

from dataclasses import replace
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StrictBool

from claims_api.domain.case import Channel
from claims_api.domain.currency import EURO
from claims_api.domain.expense import Expense, ExpenseItem, Provider
from claims_api.domain.submission import Consent, PaperReceipt
from claims_api.entrypoints.http.fields import Body, Cents, Code, Currency, Day, Extra, Name, PositiveCents, Quantity


class CaseBody(Body):
    """A new case; staff name the member, members open their own."""

    member_id: UUID | None = None
    channel: Channel | None = Field(default=None, description="Staff only; members always come by the portal")


class ReleaseBody(Body):
    """Why a case on paper is handled before its turn."""

    reason: Name


class ProviderBody(Body):
    """Who issued the document; the partita IVA is optional and tells two providers apart."""

    kind: Code | None = None
    specialty: Name | None = None
    vat_number: Code | None = None

    def provider(self) -> Provider:
        return Provider(self.kind or "", self.specialty, self.vat_number)


class ItemBody(Body):
    """One line of the document: its amount is the line's total for its quantity."""

    article: Code | None = None
    code: Code | None = None
    quantity: Quantity = 1
    amount_cents: Cents


class DocumentBody(Body):
    """A document uploaded before."""

    document_id: UUID


Documents = Annotated[list[DocumentBody], Field(max_length=30)]


_CURRENCY = (
    "Of every amount here (ISO 4217), each in whole minor units: 15000 are 150.00 EUR, 15000 JPY (a yen has none) "
    "or 15.000 KWD; decided in euro (1.3)"
)


class ClaimBody(Body):
    """One expense: the fiscal document's number, date and whole amount, and whose it is.

    Number and amount are compulsory for articles of the health branch; for non-health ones (marriage, birth, school)
    the date of the document is enough. Without `service` the article's title stands.
    The lines, where there are any, sum to the amount. `extra` holds the facts that single articles ask for.
    """

    person_id: UUID
    article: Code
    mode: Literal["indirect"] = "indirect"
    document_number: Code | None = None
    document_date: Day
    amount_cents: PositiveCents | None = None
    currency: Currency = Field(default=EURO, description=_CURRENCY)
    quantity: Quantity = 1
    items: list[ItemBody] = Field(default=[], max_length=100)
    ssn_ticket: StrictBool = False
    stamp_duty_cents: Cents = 0
    other_fund_refund_cents: Cents = 0
    provider: ProviderBody | None = None
    service: Name | None = None
    extra: Extra = Field(default={})
    documents: Documents = Field(default=[])

    def expense(self) -> Expense:
        values = self.model_dump(exclude={"documents", "items", "provider"})
        return Expense(
            **values
            | {
                "document_number": self.document_number or "",
                "amount_cents": self.amount_cents or 0,
                "service": self.service or "",
            },
            items=tuple(ExpenseItem(**item.model_dump()) for item in self.items),
            provider=(self.provider or ProviderBody()).provider(),
        )


class FactsBody(Body):
    """The facts that are put right; what is left out stays."""

    person_id: UUID | None = None
    article: Code | None = None
    document_number: Code | None = None
    document_date: Day | None = None
    amount_cents: PositiveCents | None = None
    currency: Currency | None = None
    quantity: Quantity | None = None
    items: Annotated[list[ItemBody], Field(max_length=100)] | None = None
    ssn_ticket: StrictBool | None = None
    stamp_duty_cents: Cents | None = None
    other_fund_refund_cents: Cents | None = None
    provider: ProviderBody | None = None
    service: Name | None = None
    extra: Extra | None = None

    def on(self, expense: Expense) -> Expense:
        values = self.model_dump(exclude_none=True, exclude={"items", "provider"})
        if self.items is not None:
            values["items"] = tuple(ExpenseItem(**item.model_dump()) for item in self.items)
        if self.provider is not None:
            values["provider"] = self.provider.provider()
        return replace(expense, **values)


class ConsentsBody(Body):
    """The three flags of the sending page: all of them are needed.

    One that is left out stands for the same consent given before, as long as its text has not changed (/v1/consents).
    """

    upload_rules: StrictBool | None = None
    privacy_notice: StrictBool | None = None
    health_data: StrictBool | None = None


class PaperBody(Body):
    """The envelope of a case on paper."""

    received_on: Day
    postmarked_on: Day | None = Field(default=None, description="Where it can be read; not after the receipt")

    def receipt(self) -> PaperReceipt:
        return PaperReceipt(self.received_on, self.postmarked_on)


class SubmissionBody(Body):
    """Sending a case."""

    consents: ConsentsBody = ConsentsBody()
    paper: PaperBody | None = Field(default=None, description="Of a case on paper, whose receipt is not today")

    def receipt(self) -> PaperReceipt | None:
        return self.paper.receipt() if self.paper else None

    def given(self) -> dict[Consent, bool]:
        return {Consent(name): value for name, value in self.consents.model_dump(exclude_none=True).items()}


class CompletionBody(Body):
    """The documents that were missing."""

    documents: Annotated[list[DocumentBody], Field(min_length=1, max_length=30)]
