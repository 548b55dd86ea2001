"""The JSON of the bank's statements."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class BankStatementView(BaseModel):
    """What a bank statement has changed; the numbers count its lines."""

    model_config = ConfigDict(from_attributes=True)

    statement_id: UUID
    kind: Literal["camt.053", "camt.054"]
    message_id: str
    settled: int
    returned: int
    unchanged: Annotated[int, Field(description="Lines that told nothing new")]
    pending: Annotated[int, Field(description="Lines that the bank has not booked yet")]
    unmatched: Annotated[int, Field(description="Lines to look at: GET …/lines?outcome=unmatched")]
    replayed: Annotated[bool, Field(description="The same content had come before: nothing changed now")]


class StatementLineView(BaseModel):
    """One booking of the fund's account."""

    model_config = ConfigDict(from_attributes=True)

    line: int
    booked_on: date | None
    direction: Literal["debit", "credit"]
    amount_cents: Annotated[int, Field(description="Euro cents")]
    reference: Annotated[str | None, Field(description="End-to-end id, or the message id of a whole file")]
    bank_reference: str | None
    reason_code: str | None
    outcome: Literal["settled", "returned", "unchanged", "pending", "unmatched"]
    problem: Annotated[
        Literal["no_reference", "unknown_reference", "not_sent", "amount_differs", "no_payment_no_return"] | None,
        Field(description="Why a person must look at the line"),
    ]
