"""What the tests need to play a fund: its events, its runs and its bank."""

import hashlib
from collections.abc import Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from lxml import etree
from sqlalchemy import text

from kit.context import Context
from kit.events import Envelope
from kit.ids import new_id
from kit.inbox import Inbox
from payout_svc.adapters.account_statement import read_account_statement
from payout_svc.adapters.status_report import read_status_report
from payout_svc.bootstrap import Services
from payout_svc.domain.bank_channel import BankChannel, FileFormat
from payout_svc.domain.payout_run import PayoutRun
from payout_svc.domain.run_month import RunMonth
from payout_svc.entrypoints.consumers import CONSUMERS
from payout_svc.use_cases.approve_run import approve_run
from payout_svc.use_cases.change_bank_channel import change_bank_channel
from payout_svc.use_cases.execute_run import execute_run
from payout_svc.use_cases.ports import BeginWork, ReportResult, StatementResult
from payout_svc.use_cases.prepare_run import prepare_run
from payout_svc.use_cases.record_bank_report import record_bank_report
from payout_svc.use_cases.record_bank_statement import record_bank_statement

NOVEMBER = RunMonth(2026, 11)
PAIN_002 = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"


def iban(number: int) -> str:
    """Make a valid Italian IBAN."""
    account = f"{number:012d}"
    bban = f"{_cin('05428', '11101', account)}0542811101{account}"
    digits = "".join(str(int(c, 36)) for c in f"{bban}IT00")
    return f"IT{98 - int(digits) % 97:02d}{bban}"


def _cin(abi: str, cab: str, account: str) -> str:
    odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21]
    digits = [int(c) for c in abi + cab + account]
    total = sum(odd[d] if i % 2 == 0 else d for i, d in enumerate(digits))
    return chr(ord("A") + total % 26)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


class FundDriver:
    """Plays one fund against the real database."""

    def __init__(self, services: Services, name: str = "fnm") -> None:
        self.services = services
        self.name = name
        self.inbox = Inbox(uow=services.uow, consumers=CONSUMERS, clock=services.clock)

    def context(self, actor: str = "payments_officer:paolo") -> Context:
        return Context(fund=self.name, actor=actor, now=self.services.clock.now())

    def begin(self) -> BeginWork:
        return self.services.begin(self.context())

    def event(self, name: str, subject: object, data: dict[str, Any], *, at: datetime | None = None) -> Envelope:
        return Envelope(
            id=new_id(),
            type=f"{name}.v1",
            source=name.split(".", maxsplit=1)[0],
            subject=str(subject),
            time=at or self.services.clock.now(),
            fund=self.name,
            traceparent=None,
            data=data,
        )

    async def deliver(self, *events: Envelope) -> None:
        await self.inbox.handle(events)

    async def publish_terms(self, threshold_cents: int = 5000) -> None:
        payment = {"threshold_cents": threshold_cents, "strictly_greater": True, "except_months": [12]}
        data = {"plan_id": "fnm", "effective_from": "2020-01-01", "effective_to": None, "payment": payment}
        at = datetime(2026, 1, 1, tzinfo=UTC)
        await self.deliver(self.event("rules.plan_published", "fnm", data, at=at))

    def settled(self, member_id: UUID, cents: int, *, on: date = date(2026, 11, 20), **other: Any) -> Envelope:
        claim_id = new_id()
        data = {
            "claim_id": str(claim_id),
            "case_id": str(new_id()),
            "decision_id": str(new_id()),
            "case_number": "2026-000001",
            "member_id": str(member_id),
            "person_id": str(member_id),
            "article": "3.6",
            "requested_cents": cents + 1000,
            "payable_cents": cents,
            "settled_on": on.isoformat(),
        }
        return self.event("claims.claim_settled", claim_id, data | other)

    async def settle(self, member_id: UUID, cents: int, *, on: date = date(2026, 11, 20)) -> None:
        event = self.settled(member_id, cents, on=on)
        await self.deliver(self.adjudicated(event.data["claim_id"], cents), event)

    def adjudicated(self, claim_id: str, cents: int, *, revision: int = 1) -> Envelope:
        data = {"claim_id": claim_id, "revision": revision, "outcome": "pay", "payable_cents": cents}
        return self.event("rules.claim_adjudicated", claim_id, data)

    async def correct(self, member_id: UUID, delta_cents: int, **other: Any) -> Envelope:
        data = {
            "claim_id": str(new_id()),
            "case_number": "2026-000001",
            "member_id": str(member_id),
            "person_id": str(member_id),
            "article": "3.6",
            "decision_id": str(new_id()),
            "payable_cents": 1000,
            "delta_cents": delta_cents,
            "corrected_on": "2026-11-20",
        }
        event = self.event("claims.claim_corrected", data["claim_id"], data | {k: _plain(v) for k, v in other.items()})
        await self.deliver(event)
        return event

    async def enrol(
        self, *, number: int = 1, with_iban: bool = True, name: str = "Mario", persons: Sequence[dict[str, str]] = ()
    ) -> UUID:
        member_id = new_id()
        data = {
            "member_id": str(member_id),
            "version": 1,
            "first_name": name,
            "last_name": f"Rossi {number}",
            "left_on": None,
            "persons": [
                {
                    "person_id": str(member_id),
                    "first_name": name,
                    "last_name": f"Rossi {number}",
                    "fiscal_code": f"RSSMRA75H15F{number:03d}E",
                },
                *persons,
            ],
        }
        await self.deliver(self.event("claims.member_changed", member_id, data))
        if with_iban:
            await self.change_iban(member_id, iban(number), version=1)
        return member_id

    async def change_iban(self, member_id: UUID, new_iban: str, *, version: int) -> None:
        data = {"member_id": str(member_id), "version": version, "iban": new_iban, "holder": "Mario Ròssi"}
        await self.deliver(self.event("claims.bank_account_changed", member_id, data))

    async def close_booking(self, facility_id: UUID, cents: int, *, facility_iban: str = "", **other: Any) -> UUID:
        booking_id = new_id()
        data = {
            "booking_id": str(booking_id),
            "code": "PRE-1",
            "facility_id": str(facility_id),
            "facility_name": "Poliambulatorio Città Studi",
            "facility_iban": facility_iban or iban(999),
            "invoice_number": "F/12",
            "fund_share_cents": cents,
            "closed_on": "2026-11-20",
        }
        decided = () if other.get("imported") else (self.granted_booking(booking_id, cents),)
        await self.deliver(*decided, self.event("bookings.booking_closed", booking_id, data | other))
        return booking_id

    async def correct_booking(self, facility_id: UUID, booking_id: UUID, delta_cents: int) -> UUID:
        matter_id = new_id()
        data = {
            "booking_id": str(booking_id),
            "code": "PRE-1",
            "facility_id": str(facility_id),
            "facility_name": "Poliambulatorio Città Studi",
            "facility_iban": iban(999),
            "matter_id": str(matter_id),
            "delta_cents": delta_cents,
            "corrected_on": "2026-11-21",
        }
        counted = {"matter_id": str(matter_id), "delta_cents": delta_cents}
        await self.deliver(
            self.event("rules.booking_review_counted", booking_id, counted),
            self.event("bookings.booking_corrected", booking_id, data),
        )
        return matter_id

    def granted_booking(self, booking_id: UUID, cents: int, *, revision: int = 1) -> Envelope:
        data = {"booking_id": str(booking_id), "revision": revision, "outcome": "pay", "fund_share_cents": cents}
        return self.event("rules.booking_adjudicated", booking_id, data)

    async def reconcile_limits(
        self, *totals: tuple[str, str, int, int], through_on: str = "2026-12-01", **other: Any
    ) -> None:
        """Tell what the rules found for November; a total is kind, day, decisions and cents."""
        names = ("kind", "on", "decisions", "payable_cents")
        data = {
            "month": "2026-11-01",
            "through_on": through_on,
            "reconciled_at": self.services.clock.now().isoformat(),
            "totals": [dict(zip(names, one, strict=True)) for one in totals],
            "differing": 0,
            "differences": [],
        }
        await self.deliver(self.event("rules.ledger_reconciled", "2026-11-01", data | other))

    async def prepare(self, month: RunMonth = NOVEMBER, by: str = "paolo") -> PayoutRun:
        async with self.services.uow.begin(self.context()) as tx:
            return await prepare_run(tx, month=month, prepared_by=by)

    async def approve(self, run: PayoutRun, by: str = "anna") -> PayoutRun:
        async with self.services.uow.begin(self.context("payments_approver:anna")) as tx:
            return await approve_run(tx, run_id=run.run_id, approved_by=by)

    async def execute(self, run: PayoutRun, begin: BeginWork | None = None, files: Any = None) -> PayoutRun:
        return await execute_run(
            begin or self.begin(), run_id=run.run_id, executed_by="paolo", files=files or self.services.files
        )

    async def pay(self, month: RunMonth = NOVEMBER) -> PayoutRun:
        run = await self.prepare(month)
        await self.approve(run)
        return await self.execute(run)

    async def report(self, *answers: tuple[str, str, str | None]) -> ReportResult:
        content = status_report(answers)
        async with self.services.uow.begin(self.context()) as tx:
            return await record_bank_report(
                tx, report=read_status_report(content), sha256=hashlib.sha256(content).hexdigest(), received_by="paolo"
            )

    async def statement(self, content: bytes) -> StatementResult:
        async with self.services.uow.begin(self.context()) as tx:
            return await record_bank_statement(
                tx,
                statement=read_account_statement(content),
                sha256=hashlib.sha256(content).hexdigest(),
                received_by="paolo",
                installed_account=self.services.settings.debtor_iban,
            )

    async def rows(self, sql: str, **parameters: Any) -> list[dict[str, Any]]:
        async with self.services.uow.begin(self.context()) as tx:
            return [dict(row) for row in (await tx.conn.execute(text(sql), parameters)).mappings()]

    async def payouts(self) -> list[dict[str, Any]]:
        return await self.rows("select * from payouts.payout where fund = :fund order by payout_id", fund=self.name)

    async def events(self, name: str) -> list[dict[str, Any]]:
        sql = "select data from payouts.outbox where type = :type and fund = :fund order by seq"
        return [row["data"] for row in await self.rows(sql, type=f"payouts.{name}.v1", fund=self.name)]

    async def owed(self, payee_id: UUID) -> int:
        sql = "select -coalesce(sum(amount_cents), 0) as cents from payouts.posting where party_id = :payee_id"
        return int((await self.rows(sql, payee_id=payee_id))[0]["cents"])

    async def balances(self) -> dict[str, int]:
        sql = "select account, sum(amount_cents) as cents from payouts.posting where fund = :fund group by account"
        return {row["account"]: int(row["cents"]) for row in await self.rows(sql, fund=self.name)}

    async def is_balanced(self) -> bool:
        async with self.services.uow.begin(self.context()) as tx:
            return (await tx.ledger.check()).balanced

    async def file_of(self, run: PayoutRun) -> bytes:
        assert run.file is not None
        return await self.services.documents.get(run.file.key)

    async def files_of(self, run: PayoutRun) -> list[bytes]:
        return [await self.services.documents.get(file.key) for file in run.files]

    async def use_channel(self, file_format: FileFormat, *, per_file: int = 50_000) -> None:
        channel = BankChannel(file_format, per_file, "AB12CD34")
        async with self.services.uow.begin(self.context("fund_admin:ada")) as tx:
            await change_bank_channel(tx, channel=channel, changed_by="ada")


class Killed(BaseException):
    """The process dies here."""


def begin_killed_after(begin: BeginWork, commits: int) -> BeginWork:
    """Open transactions until the process dies after that many commits."""
    done = 0

    @asynccontextmanager
    async def dying() -> Any:
        nonlocal done
        if done >= commits:
            raise Killed
        async with begin() as tx:
            yield tx
        done += 1

    return dying


def status_report(
    answers: Sequence[tuple[str, str, str | None]], *, group: tuple[str, str, str | None] | None = None
) -> bytes:
    """Write a pain.002 as a bank does; `group` is message id, status and reason of a whole file."""
    root = etree.Element(f"{{{PAIN_002}}}Document", nsmap={None: PAIN_002})
    report = etree.SubElement(root, f"{{{PAIN_002}}}CstmrPmtStsRpt")
    _add(report, "GrpHdr/MsgId", f"BANK-{new_id().hex}")
    original = _add(report, "OrgnlGrpInfAndSts")
    _add(original, "OrgnlMsgId", group[0] if group else "ANY")
    _add(original, "OrgnlMsgNmId", "pain.001.001.09")
    if group:
        _add(original, "GrpSts", group[1])
        if group[2]:
            _add(original, "StsRsnInf/Rsn/Cd", group[2])
    payment = _add(report, "OrgnlPmtInfAndSts")
    _add(payment, "OrgnlPmtInfId", "ANY")
    for reference, status, reason in answers:
        transaction = _add(payment, "TxInfAndSts")
        _add(transaction, "OrgnlEndToEndId", reference)
        _add(transaction, "TxSts", status)
        if reason:
            _add(transaction, "StsRsnInf/Rsn/Cd", reason)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _add(parent: Any, path: str, content: str | None = None) -> Any:
    for name in path.split("/"):
        parent = etree.SubElement(parent, f"{{{PAIN_002}}}{name}")
    parent.text = content
    return parent


def transfers_in(content: bytes) -> list[tuple[str, str, str]]:
    """Read end-to-end id, amount and IBAN of every transfer of a bank file."""
    return [
        (
            t.findtext("{*}PmtId/{*}EndToEndId"),
            t.findtext("{*}Amt/{*}InstdAmt"),
            t.findtext("{*}CdtrAcct/{*}Id/{*}IBAN"),
        )
        for t in etree.fromstring(content).iter("{*}CdtTrfTxInf")
    ]
