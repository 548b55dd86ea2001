"""Show decisions with their explanation."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rules_svc.domain.errors import DecisionNotFound
from rules_svc.use_cases.ports import DecisionKind, Tx


async def read_decision(tx: Tx, *, decision_id: UUID, owner_member_id: UUID | None) -> Mapping[str, Any]:
    """Return one decision.

    Raises: DecisionNotFound when it does not exist or belongs to another member.
    """
    row = await tx.decisions.find(decision_id)
    if row is None or owner_member_id not in (None, row["member_id"]):
        raise DecisionNotFound("no such decision")
    tx.audit("decision_read", entity="decision", entity_id=decision_id, person_id=row["person_id"])
    return row


async def read_decisions(
    tx: Tx, *, kind: DecisionKind, subject_id: UUID, owner_member_id: UUID | None
) -> list[Mapping[str, Any]]:
    """Return the decisions on a claim or booking, one a revision; a foreign one has none."""
    rows = await tx.decisions.of_subject(kind, subject_id)
    own = [row for row in rows if owner_member_id in (None, row["member_id"])]
    if own:
        tx.audit("decisions_read", entity=kind, entity_id=subject_id, person_id=own[0]["person_id"])
    return own
