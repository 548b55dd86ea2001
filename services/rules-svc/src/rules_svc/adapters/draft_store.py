"""Drafts of plan versions: saved as often as one likes, until they are published or withdrawn."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from rules_svc.adapters.plan_draft import FileDraft
from rules_svc.adapters.plan_reader import read_plan
from rules_svc.adapters.tables import PLAN_DRAFT
from rules_svc.domain.errors import DraftNotFound
from rules_svc.use_cases.ports import DraftState, PlanDraft

_D = PLAN_DRAFT.c
_NEW = insert(PLAN_DRAFT)
_CHANGED = ("hash", "text", "scenarios", "effective_from", "effective_to", "state", "saved_by", "saved_at")
_PUT = _NEW.on_conflict_do_update(
    index_elements=[_D.fund, _D.plan_id, _D.version], set_={name: _NEW.excluded[name] for name in _CHANGED}
)
_SHOWN = [column for column in PLAN_DRAFT.columns if column.name not in {"fund", "text", "scenarios"}]
_OF_PLAN = (_D.fund == bindparam("fund"), _D.plan_id == bindparam("plan_id"))
_OPEN = select(PLAN_DRAFT).where(*_OF_PLAN, _D.version == bindparam("version"), _D.state == "draft").with_for_update()
_LIST = select(*_SHOWN).where(*_OF_PLAN).order_by(_D.effective_from.desc(), _D.version)


class PostgresDraftStore:
    """The drafts of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str, now: datetime) -> None:
        self._conn = conn
        self._fund = fund
        self._now = now

    async def put(self, draft: PlanDraft, *, saved_by: str) -> None:
        """Save a draft in place of the one of the same version."""
        if not isinstance(draft, FileDraft):
            raise TypeError("this store keeps plans that come from plan files")
        plan = draft.source.file.plan
        row = {
            "fund": self._fund,
            "plan_id": plan.id,
            "version": plan.version,
            "hash": draft.hash,
            "text": draft.source.text,
            "scenarios": dict(draft.scenarios),
            "effective_from": plan.effective_from,
            "effective_to": plan.effective_to,
            "state": "draft",
            "saved_by": saved_by,
            "saved_at": self._now,
        }
        await self._conn.execute(_PUT, row)

    async def open(self, plan_id: str, version: str) -> FileDraft:
        """Return a draft that is neither published nor withdrawn, and keep others from changing it.

        Raises: DraftNotFound.
        """
        values = {"fund": self._fund, "plan_id": plan_id, "version": version}
        row = (await self._conn.execute(_OPEN, values)).one_or_none()
        if row is None:
            raise DraftNotFound(f"{plan_id} has no draft {version}")
        return FileDraft(read_plan(row.text), row.scenarios)

    async def end(self, plan_id: str, version: str, state: DraftState) -> None:
        """Say that a draft is published or withdrawn."""
        own = (_D.fund == self._fund) & (_D.plan_id == plan_id) & (_D.version == version)
        await self._conn.execute(update(PLAN_DRAFT).where(own).values(state=state))

    async def list(self, plan_id: str) -> list[Mapping[str, Any]]:
        """List the drafts of a plan with their states."""
        rows = await self._conn.execute(_LIST, {"fund": self._fund, "plan_id": plan_id})
        return [dict(row) for row in rows.mappings()]
