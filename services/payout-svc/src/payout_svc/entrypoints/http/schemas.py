"""The JSON of payout-svc."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from payout_svc.adapters.ledger_store import BalanceCheck
from payout_svc.domain.bank_channel import BankChannel, Debtor, FileFormat
from payout_svc.domain.payout import message_id
from payout_svc.domain.payout_run import PayoutRun

Cents = Annotated[int, Field(description="Euro cents")]
PayeeText = Literal["member", "facility"]
SourceText = Literal["claim", "booking", "instalment", "claim_correction", "booking_correction"]
PayableState = Literal["open", "ready", "sent", "accepted", "settled"]


class PrepareRun(BaseModel):
    model_config = ConfigDict(extra="forbid")

    month: Annotated[
        str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", description="The month that is paid", examples=["2026-11"])
    ]


class OutcomeTotals(BaseModel):
    """How many payees, and how much."""

    payees: int
    amount_cents: Cents


class MonthBefore(BaseModel):
    """What the runs of the month before paid, and the difference to it."""

    payees: int
    amount_cents: Cents
    difference_cents: Cents


class BankFile(BaseModel):
    sha256: str
    size_bytes: int


class NumberedFile(BankFile):
    """One of a run's bank files."""

    number: int
    message_id: Annotated[str, Field(description="The reference under which the bank answers")]
    transfers: int
    amount_cents: Cents


FormatText = Literal["pain.001.001.03", "pain.001.001.09", "CBIPaymentRequest.00.04.01"]


class DebtorView(BaseModel):
    """The fund's account at this bank."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    name: Annotated[str, Field(min_length=1, max_length=70)]
    iban: Annotated[str, Field(description="Without spaces", examples=["IT60X0542811101000000123456"])]
    bic: Annotated[str | None, Field(default=None, pattern="^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$")]


class BankChannelView(BaseModel):
    """How the fund's bank takes files; runs that are prepared keep the channel of that moment."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    file_format: FormatText
    transfers_per_file: Annotated[int, Field(ge=1, le=1_000_000, description="A run with more gets several files")]
    sender_code: Annotated[
        str | None, Field(default=None, description="Codice Unico CBI, 8 characters; the CBI format needs it")
    ]
    debtor: Annotated[
        DebtorView | None, Field(default=None, description="The account that pays; null: the one of the installation")
    ]
    patron_day: Annotated[
        str | None,
        Field(
            default="12-07",
            pattern="^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
            description="The fund's patron day, on which it does not work (month-day); null: none",
        ),
    ]

    @classmethod
    def of(cls, channel: BankChannel) -> Self:
        shown = {
            name: getattr(channel, name) for name in ("file_format", "transfers_per_file", "sender_code", "debtor")
        }
        patron = "{:02d}-{:02d}".format(*channel.patron) if channel.patron else None
        return cls.model_validate(shown | {"patron_day": patron})

    def channel(self) -> BankChannel:
        debtor = Debtor(self.debtor.name, self.debtor.iban, self.debtor.bic) if self.debtor else None
        patron = (int(self.patron_day[:2]), int(self.patron_day[3:])) if self.patron_day else None
        return BankChannel(FileFormat(self.file_format), self.transfers_per_file, self.sender_code, debtor, patron)


class RunView(BaseModel):
    """A payout run; its totals are those of the dry run that was approved."""

    run_id: UUID
    month: str
    sequence: int
    state: Literal["prepared", "approved", "posted", "filed", "sent", "superseded"]
    execution_on: date
    cutoff_on: Annotated[date, Field(description="The last day whose payables count")]
    minimum_cents: Annotated[int, Field(description="The smallest member balance that is paid, in cents")]
    paid: OutcomeTotals
    carried_over: OutcomeTotals
    held: OutcomeTotals
    month_before: MonthBefore
    prepared_by: str
    prepared_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    executed_by: str | None
    sent_at: datetime | None
    file_format: FormatText
    file: Annotated[BankFile | None, Field(description="The bank file, when there is just one")]
    files: list[NumberedFile]

    @classmethod
    def of(cls, run: PayoutRun) -> Self:
        totals = run.totals
        return cls(
            run_id=run.run_id,
            month=str(run.month),
            sequence=run.sequence,
            state=run.state.value,
            execution_on=run.execution_on,
            cutoff_on=run.cutoff_on,
            minimum_cents=run.minimum_cents,
            paid=OutcomeTotals(payees=totals.paid_payees, amount_cents=totals.paid_cents),
            carried_over=OutcomeTotals(payees=totals.carried_payees, amount_cents=totals.carried_cents),
            held=OutcomeTotals(payees=totals.held_payees, amount_cents=totals.held_cents),
            month_before=MonthBefore(
                payees=totals.previous_payees,
                amount_cents=totals.previous_cents,
                difference_cents=totals.paid_cents - totals.previous_cents,
            ),
            prepared_by=run.prepared_by,
            prepared_at=run.prepared_at,
            approved_by=run.approved_by,
            approved_at=run.approved_at,
            executed_by=run.executed_by,
            sent_at=run.sent_at,
            file_format=run.channel.file_format.value,
            file=BankFile(sha256=run.file.sha256, size_bytes=run.file.size_bytes) if run.file else None,
            files=[
                NumberedFile(
                    sha256=file.sha256,
                    size_bytes=file.size_bytes,
                    number=file.part.number,
                    message_id=message_id(run.run_id, file.part.number),
                    transfers=file.part.transfers,
                    amount_cents=file.part.amount_cents,
                )
                for file in run.files
            ],
        )


HoldText = Literal[
    "blocked",
    "check_open",
    "claim_check",
    "deceased",
    "iban_mismatch",
    "iban_missing",
    "iban_rejected",
    "iban_unverified",
]


class LineView(BaseModel):
    """What a run does with one payee's balance."""

    model_config = ConfigDict(from_attributes=True)

    line: int
    outcome: Annotated[
        Literal["pay", "carry", "hold"], Field(description="carry: not above the plan's threshold, stays for later")
    ]
    reason: Annotated[
        HoldText | None,
        Field(
            description="Why the balance is held; claim_check: only what is owed for claims with an open check,"
            " see /v1/payout-holds/claim-checks, while the rest of the payee's balance has a line of its own"
        ),
    ]
    payee_kind: PayeeText
    payee_id: UUID
    name: str | None
    iban_last4: str | None
    amount_cents: Cents
    payables: int
    payout_id: UUID | None
    verification: Annotated[
        Literal["match", "close_match", "no_match", "not_possible"] | None,
        Field(description="What the bank said of name and IBAN (VoP); null: nothing yet"),
    ]


class PayableView(BaseModel):
    """What the fund owes for one claim or booking; open until a payout takes it, and again when that is returned."""

    payable_id: UUID
    payee_kind: PayeeText
    payee_id: UUID
    source_kind: SourceText
    source_id: Annotated[UUID, Field(description="Claim, booking, instalment or, of a correction, its decision")]
    reference: Annotated[str, Field(description="Case number, or the facility's invoice number")]
    claim_id: Annotated[UUID | None, Field(description="The claim of an instalment or a correction")]
    article: str | None
    amount_cents: Annotated[int, Field(description="Euro cents; negative: a correction takes back")]
    gross_of_withholding: bool
    withheld_cents: Annotated[int, Field(description="Kept back by the tax parameter; not part of `amount_cents`")]
    due_on: date
    payout_id: UUID | None
    state: PayableState


class PayoutItem(BaseModel):
    source: SourceText
    source_id: UUID
    reference: str
    amount_cents: Cents


class PayoutView(BaseModel):
    """One bank transfer and what it pays."""

    payout_id: UUID
    run_id: UUID
    payee_kind: PayeeText
    payee_id: UUID
    execution_on: date
    amount_cents: Cents
    iban_last4: str
    state: Literal["sent", "accepted", "settled", "returned"]
    reason_code: str | None
    reason_it: str | None
    reason_en: str | None
    items: list[PayoutItem]


class StatementView(BaseModel):
    """What a facility is paid for a month, invoice by invoice."""

    payout_id: UUID
    facility_id: UUID
    month: str
    execution_on: date
    amount_cents: Cents
    state: Literal["sent", "accepted", "settled", "returned"]
    items: list[PayoutItem]


class UnmatchedView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    reference: str
    status: str
    reason: str | None


class ReportView(BaseModel):
    """What a bank report has changed."""

    model_config = ConfigDict(from_attributes=True)

    report_id: UUID
    message_id: str
    accepted: int
    rejected: int
    unchanged: Annotated[int, Field(description="Answers that told nothing new")]
    unmatched: list[UnmatchedView]
    replayed: Annotated[bool, Field(description="The same content had come before: nothing changed now")]


class BalanceCheckView(BaseModel):
    """The ledger's own proof."""

    balanced: bool
    sum_cents: Annotated[int, Field(description="The sum of all postings: zero")]
    transactions: int
    unbalanced: Annotated[list[int], Field(description="Ledger transactions that do not sum to zero")]
    differing_payees: Annotated[list[UUID], Field(description="Payees whose ledger balance is not their open payables")]

    @classmethod
    def of(cls, check: BalanceCheck) -> Self:
        return cls(
            balanced=check.balanced,
            sum_cents=check.sum_cents,
            transactions=check.transactions,
            unbalanced=list(check.unbalanced),
            differing_payees=list(check.differing_payees),
        )
