"""Decisions: written once, with what they take from the limits, in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.ids import new_id
from rules_svc.adapters.decision_rows import inputs_json, limits_json, outcome_json, read_inputs
from rules_svc.adapters.tables import DECISION, EVIDENCE_ON_FILE
from rules_svc.domain.decision import ENGINE_VERSION
from rules_svc.domain.request import Request
from rules_svc.use_cases.ports import DecisionKind, Earlier, RecordedDecision, StoredCase

_D = DECISION.c
_COLUMNS = [column.name for column in DECISION.columns]

_RECORD = text(
    f"""
    with decided as (
        insert into rules.decision ({", ".join(_COLUMNS)})
        select {", ".join(f":{name}" for name in _COLUMNS)}
        where not exists (
            select from rules.decision d
            where (d.kind, d.subject_id) = (:kind, :subject_id) and d.revision > :revision
        ) and not exists (select from rules.withdrawn_claim w where w.claim_id = :subject_id)
        on conflict (kind, subject_id, revision) do nothing
        returning decision_id, fund, person_id, decided_at
    ), posted as (
        insert into rules.limit_posting
            (posting_id, fund, person_id, limit_id, window_key, source, kind, amount, fact_on, decision_id, at)
        select t.posting_id, d.fund, d.person_id, t.limit_id, t.window_key,
            cast(:source as text), cast(:posting_kind as text), t.amount,
            cast(:fact_on as date), d.decision_id, d.decided_at
        from decided d, jsonb_to_recordset(:postings) as
            t(posting_id uuid, limit_id text, window_key text, amount bigint)
        returning person_id, limit_id, window_key, amount
    ), moved as (
        update rules.limit_balance b
        set consumed = b.consumed + case when cast(:posting_kind as text) = 'consume' then posted.amount else 0 end,
            reserved = b.reserved + case when cast(:posting_kind as text) = 'reserve' then posted.amount else 0 end,
            uses = case when b.rolling_months > 0
                then b.uses || jsonb_build_object(
                    cast(:source as text), jsonb_build_array(cast(:fact_on as date), posted.amount))
                else b.uses end
        from posted
        where (b.person_id, b.limit_id, b.window_key) = (posted.person_id, posted.limit_id, posted.window_key)
    ), filed as (
        insert into rules.evidence_on_file (fund, person_id, article, document, issued_on, decision_id)
        select d.fund, d.person_id, e.article, e.document, e.issued_on, d.decision_id
        from decided d, jsonb_to_recordset(:presented) as e(article text, document text, issued_on date)
        on conflict do nothing
    )
    select count(*) from decided
    """  # noqa: S608 (the names of the table's own columns)
).bindparams(
    *(bindparam(column.name, type_=column.type) for column in DECISION.columns),
    *(bindparam(name, type_=JSONB) for name in ("postings", "presented")),
)

_TURN = text("select pg_advisory_xact_lock(hashtextextended(:source, 0))")
_NEWEST = (
    select(_D.decision_id, _D.revision, _D.inputs["request"]["received_on"].astext.label("received_on"))
    .where(_D.kind == bindparam("kind"), _D.subject_id == bindparam("subject_id"))
    .order_by(_D.revision.desc())
    .limit(1)
)
_WITHDRAW = text(
    """
    insert into rules.withdrawn_claim (claim_id, fund, revision, withdrawn_at)
    values (:claim_id, :fund, :revision, :at)
    on conflict (claim_id) do nothing
    """
)
# Of several decisions on one claim the newest stands, unless the claim was taken back; at one revision, that of the
# person whom the rules asked.
_PAID = text(
    """
    select inputs from (
        select distinct on (subject_id) subject_id, outcome, article, inputs
        from rules.decision
        where person_id = :person_id and kind not in ('instalment', 'booking_review')
        order by subject_id, revision desc, kind = 'review' desc
    ) newest
    where outcome = 'pay' and article = :article and (cast(:but as uuid) is null or subject_id <> :but)
        and not exists (select from rules.withdrawn_claim w where w.claim_id = subject_id)
    """
)
_FORGET = delete(EVIDENCE_ON_FILE).where(EVIDENCE_ON_FILE.c.decision_id == bindparam("of_decision"))
_BY_ID = select(DECISION).where(_D.decision_id == bindparam("decision_id"))
_OF_SUBJECT = (
    select(DECISION)
    .where(_D.kind.in_(bindparam("kinds", expanding=True)), _D.subject_id == bindparam("subject_id"))
    .order_by(_D.revision, _D.decided_at, _D.decision_id)
)
_CASE = select(_D.outcome, _D.plan_hash, _D.member_id, _D.person_id, _D.inputs).where(
    _D.decision_id == bindparam("decision_id")
)


# What each took when it was made; what happened to it since (released, reversed) is not part of the decision.
TAKEN = """
    coalesce((
        select jsonb_agg(jsonb_build_array(p.limit_id, p.window_key, p.amount)
            order by p.limit_id collate "C", p.window_key collate "C")
        from rules.limit_posting p
        where p.source = (case d.kind when 'review' then 'claim' else d.kind end) || ':' || d.subject_id
            and p.decision_id = d.decision_id
            and p.kind = case d.kind when 'booking' then 'reserve' else 'consume' end
    ), '[]')
"""
_PAGE = text(
    f"""
    select d.*, {TAKEN} as postings
    from rules.decision d
    where cast(:after as uuid) is null or d.decision_id > :after
    order by d.decision_id
    limit 500
    """  # noqa: S608 (a constant of this file)
)


class PostgresDecisionStore:
    """The decisions of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str, now: datetime) -> None:
        self._conn = conn
        self._fund = fund
        self._now = now

    async def record(self, recorded: RecordedDecision, texts: Mapping[str, Sequence[Any]]) -> bool:
        """Write decision, postings and balances in one statement.

        False when this or a later revision was decided, or the claim was taken back.
        """
        decided: int = (await self._conn.execute(_RECORD, self._values(recorded, texts))).scalar_one()
        return decided == 1

    async def paid(
        self, person_id: UUID, article: str, *, but: UUID | None = None, turn: bool = False
    ) -> list[Request]:
        """Return what was paid to a person under an article and stands, but for one claim.

        With `turn` it first waits for whoever decides on the same person and article.
        """
        if turn:
            await self._conn.execute(_TURN, {"source": f"paid:{person_id}:{article}"})
        rows = await self._conn.execute(_PAID, {"person_id": person_id, "article": article, "but": but})
        return [read_inputs(row.inputs)[0] for row in rows]

    async def newest(self, kind: DecisionKind, subject_id: UUID) -> Earlier | None:
        """Wait for whoever decides on the same subject, then return its newest decision."""
        await self._conn.execute(_TURN, {"source": f"{kind}:{subject_id}"})
        row = (await self._conn.execute(_NEWEST, {"kind": kind, "subject_id": subject_id})).one_or_none()
        return None if row is None else Earlier(row.decision_id, row.revision, date.fromisoformat(row.received_on))

    async def withdraw(self, claim_id: UUID, revision: int) -> bool:
        """Write down that a claim was taken back; False when it was known already."""
        values = {"claim_id": claim_id, "fund": self._fund, "revision": revision, "at": self._now}
        return (await self._conn.execute(_WITHDRAW, values)).rowcount == 1

    async def withdraw_evidence(self, decision_id: UUID) -> None:
        """Take the documents of a reversed decision off the file."""
        await self._conn.execute(_FORGET, {"of_decision": decision_id})

    async def find(self, decision_id: UUID) -> Mapping[str, Any] | None:
        """Return one decision."""
        row = (await self._conn.execute(_BY_ID, {"decision_id": decision_id})).one_or_none()
        return None if row is None else dict(row._mapping)  # noqa: SLF001 (public API of SQLAlchemy)

    async def case_of(self, decision_id: UUID) -> StoredCase:
        """Return what a decision was made on."""
        row = (await self._conn.execute(_CASE, {"decision_id": decision_id})).one()
        return StoredCase(row.outcome, row.plan_hash, row.member_id, row.person_id, *read_inputs(row.inputs))

    async def of_subject(self, kind: DecisionKind, subject_id: UUID) -> list[Mapping[str, Any]]:
        """Return the decisions on a claim or booking, one a revision, and those that persons took."""
        kinds = ["claim", "review"] if kind == "claim" else [kind]
        rows = await self._conn.execute(_OF_SUBJECT, {"kinds": kinds, "subject_id": subject_id})
        return [dict(row._mapping) for row in rows]  # noqa: SLF001 (public API of SQLAlchemy)

    async def page(self, after: UUID | None) -> list[dict[str, Any]]:
        """Return the next decisions in the order in which they were made, each with what it took at once."""
        rows = await self._conn.execute(_PAGE, {"after": after})
        return [dict(row._mapping) for row in rows]  # noqa: SLF001 (public API of SQLAlchemy)

    def _values(self, recorded: RecordedDecision, texts: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
        adjudication, decision, plan = recorded.adjudication, recorded.decision, recorded.plan
        outcome = outcome_json(decision, texts["steps"], texts["reasons"], texts["missing"])
        return outcome | {
            "decision_id": recorded.decision_id,
            "fund": self._fund,
            "kind": adjudication.kind,
            "subject_id": adjudication.subject_id,
            "revision": adjudication.revision,
            "member_id": adjudication.member_id,
            "person_id": adjudication.person_id,
            "plan_id": plan.plan_id if plan else "",
            "plan_version": plan.version if plan else "",
            "plan_hash": plan.hash if plan else "",
            "engine_version": ENGINE_VERSION,
            "inputs": inputs_json(adjudication.request, recorded.facts),
            "limits_before": limits_json(recorded.limits),
            "decided_at": self._now,
            "previous_decision_id": recorded.previous_decision_id,
            "source": adjudication.source,
            "posting_kind": "reserve" if adjudication.kind == "booking" else "consume",
            "fact_on": adjudication.request.expense_date,
            "postings": [p._asdict() | {"posting_id": str(new_id())} for p in decision.postings],
            "presented": [asdict(f) | {"issued_on": f.issued_on.isoformat()} for f in recorded.presented],
        }
