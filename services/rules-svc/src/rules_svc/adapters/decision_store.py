"""Decisions: written once, with what they take from the limits, in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.ids import new_id
from rules_svc.adapters.decision_rows import inputs_json, limits_json
from rules_svc.adapters.tables import DECISION
from rules_svc.domain.decision import ENGINE_VERSION
from rules_svc.use_cases.ports import DecisionKind, RecordedDecision

_D = DECISION.c
_JSON_COLUMNS = ("inputs", "limits_before", "steps", "reasons", "missing")
_COLUMNS = [column.name for column in DECISION.columns]

_RECORD = text(
    f"""
    with decided as (
        insert into rules.decision ({", ".join(_COLUMNS)})
        values ({", ".join(f":{name}" for name in _COLUMNS)})
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
).bindparams(*(bindparam(name, type_=JSONB) for name in (*_JSON_COLUMNS, "postings", "presented")))

_BY_ID = select(DECISION).where(_D.decision_id == bindparam("decision_id"))
_OF_SUBJECT = (
    select(DECISION).where(_D.kind == bindparam("kind"), _D.subject_id == bindparam("subject_id")).order_by(_D.revision)
)


class PostgresDecisionStore:
    """The decisions of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str, now: datetime) -> None:
        self._conn = conn
        self._fund = fund
        self._now = now

    async def record(self, recorded: RecordedDecision, texts: Mapping[str, Sequence[Any]]) -> bool:
        """Write decision, postings and balances in one statement; False when this revision was decided before."""
        decided: int = (await self._conn.execute(_RECORD, self._values(recorded, texts))).scalar_one()
        return decided == 1

    async def find(self, decision_id: UUID) -> Mapping[str, Any] | None:
        """Return one decision."""
        row = (await self._conn.execute(_BY_ID, {"decision_id": decision_id})).one_or_none()
        return None if row is None else dict(row._mapping)  # noqa: SLF001 (public API of SQLAlchemy)

    async def of_subject(self, kind: DecisionKind, subject_id: UUID) -> list[Mapping[str, Any]]:
        """Return the decisions on a claim or booking, one a revision."""
        rows = await self._conn.execute(_OF_SUBJECT, {"kind": kind, "subject_id": subject_id})
        return [dict(row._mapping) for row in rows]  # noqa: SLF001 (public API of SQLAlchemy)

    def _values(self, recorded: RecordedDecision, texts: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
        adjudication, decision, plan = recorded.adjudication, recorded.decision, recorded.plan
        steps = [asdict(t) | {"params": _plain(s.params)} for s, t in zip(decision.steps, texts["steps"], strict=True)]
        return {
            "decision_id": recorded.decision_id,
            "fund": self._fund,
            "kind": adjudication.kind,
            "subject_id": adjudication.subject_id,
            "revision": adjudication.revision,
            "member_id": adjudication.member_id,
            "person_id": adjudication.person_id,
            "article": decision.article,
            "plan_id": plan.plan_id if plan else "",
            "plan_version": plan.version if plan else "",
            "plan_hash": plan.hash if plan else "",
            "engine_version": ENGINE_VERSION,
            "outcome": decision.outcome,
            "review": decision.review,
            "requested_cents": decision.requested_cents,
            "payable_cents": decision.payable_cents,
            "inputs": inputs_json(adjudication.request, recorded.facts),
            "limits_before": limits_json(recorded.limits),
            "steps": steps,
            "reasons": [asdict(one) for one in texts["reasons"]],
            "missing": [asdict(one) for one in texts["missing"]],
            "decided_at": self._now,
            "source": adjudication.source,
            "posting_kind": "consume" if adjudication.kind == "claim" else "reserve",
            "fact_on": adjudication.request.expense_date,
            "postings": [p._asdict() | {"posting_id": str(new_id())} for p in decision.postings],
            "presented": [asdict(f) | {"issued_on": f.issued_on.isoformat()} for f in recorded.presented],
        }


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in params.items()}
