"""Cases and claims on the wire: what clients send."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StrictBool

from claims_api.domain.case import Channel
from claims_api.domain.expense import Expense, ExpenseItem, Provider
from claims_api.domain.submission import Consent
from claims_api.entrypoints.http.fields import Body, Cents, Code, Day, Extra, Name, PositiveCents, Quantity


class CaseBody(Body):
    """A new case; staff name the member, members open their own."""

    member_id: UUID | None = None
    channel: Channel | None = Field(default=None, description="Staff only; members always come by the portal")


class ProviderBody(Body):
    """Who issued the document; the partita IVA is optional and tells two providers apart."""

    kind: Code
    specialty: Name | None = None
    vat_number: Code | None = None


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


class ClaimBody(Body):
    """One expense: the fiscal document's number, date and whole amount, and whose it is.

    The lines, where there are any, sum to the amount. `extra` holds the facts that single articles ask for.
    """

    person_id: UUID
    article: Code
    mode: Literal["indirect"] = "indirect"
    document_number: Code
    document_date: Day
    amount_cents: PositiveCents
    currency: Literal["EUR"] = "EUR"
    quantity: Quantity = 1
    items: list[ItemBody] = Field(default=[], max_length=100)
    ssn_ticket: StrictBool = False
    stamp_duty_cents: Cents = 0
    other_fund_refund_cents: Cents = 0
    provider: ProviderBody
    service: Name
    extra: Extra = Field(default={})
    documents: Documents = Field(default=[])

    def expense(self) -> Expense:
        values = self.model_dump(exclude={"documents", "items", "provider"})
        return Expense(
            **values,
            items=tuple(ExpenseItem(**item.model_dump()) for item in self.items),
            provider=Provider(**self.provider.model_dump()),
        )


class ConsentsBody(Body):
    """The three flags of the sending page: all of them are needed."""

    upload_rules: StrictBool = False
    privacy_notice: StrictBool = False
    health_data: StrictBool = False


class SubmissionBody(Body):
    """Sending a case."""

    consents: ConsentsBody = ConsentsBody()

    def given(self) -> dict[Consent, bool]:
        return {Consent(name): value for name, value in self.consents.model_dump().items()}


class CompletionBody(Body):
    """The documents that were missing."""

    documents: Annotated[list[DocumentBody], Field(min_length=1, max_length=30)]
