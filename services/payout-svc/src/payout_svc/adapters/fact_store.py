"""The facts of other services' events in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from kit.transaction import Transaction
from payout_svc.domain.settlement import DecidedBooking, DecidedClaim, LedgerReconciliation, Person, Settlement

_RECORD = """
    insert into payouts.settlement (fund, source_kind, source_id, person_id, requested_cents, amount_cents,
                                    settled_on, claim_id, decision_id, decided_here, received_at)
    select fund, source_kind, source_id, person_id, requested_cents, amount_cents, settled_on, claim_id, decision_id,
           decided_here, received_at
    from jsonb_populate_recordset(null::payouts.settlement, $1)
    on conflict do nothing
"""
_RECORD_DECISION = """
    insert into payouts.decided_claim (fund, claim_id, revision, decided_by, payable_cents, decided_on, received_at)
    select fund, claim_id, revision, decided_by, payable_cents, decided_on, received_at
    from jsonb_populate_recordset(null::payouts.decided_claim, $1)
    on conflict do nothing
"""
_RECORD_DECIDED_BOOKING = text("""
    insert into payouts.decided_booking (fund, decided_by, subject_id, revision, payable_cents, decided_on, received_at)
    values (:fund, :decided_by, :subject_id, :revision, :payable_cents, :decided_on, :received_at)
    on conflict do nothing
""")
_RECORD_RECONCILIATION = text("""
    insert into payouts.ledger_reconciliation (fund, month, reconciled_at, through_on, totals, differing, differences,
                                               received_at)
    values (:fund, :month, :reconciled_at, :through_on, :totals, :differing, :differences, :received_at)
    on conflict do nothing
""").bindparams(bindparam("totals", type_=JSONB), bindparam("differences", type_=JSONB))
_RECORD_PERSONS = text("""
    insert into payouts.person (fund, person_id, member_id, name, fiscal_code, version)
    select :fund, one.person_id, :member_id, one.name, one.fiscal_code, :version
    from unnest(cast(:person_ids as uuid[]), cast(:names as text[]), cast(:fiscal_codes as text[]))
      as one (person_id, name, fiscal_code)
    on conflict (fund, person_id) do update
    set member_id = excluded.member_id, name = excluded.name, fiscal_code = excluded.fiscal_code,
        version = excluded.version
    where person.version < excluded.version
""")


class PostgresFactStore:
    """Settlements and persons of one fund; settlements and decisions of a batch of events are written together."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._conn = tx.conn
        self._fund = tx.fund

    def record(self, settlement: Settlement, *, received_at: datetime) -> None:
        self._tx.gather(_RECORD, asdict(settlement) | {"fund": self._fund, "received_at": received_at})

    def record_decision(self, decided: DecidedClaim, *, received_at: datetime) -> None:
        self._tx.gather(_RECORD_DECISION, asdict(decided) | {"fund": self._fund, "received_at": received_at})

    async def record_decided_booking(self, decided: DecidedBooking, *, received_at: datetime) -> None:
        row = asdict(decided) | {"fund": self._fund, "received_at": received_at}
        await self._conn.execute(_RECORD_DECIDED_BOOKING, row)

    async def record_reconciliation(self, found: LedgerReconciliation, *, received_at: datetime) -> None:
        row = asdict(found) | {"fund": self._fund, "received_at": received_at}
        await self._conn.execute(_RECORD_RECONCILIATION, row)

    async def record_persons(self, persons: Sequence[Person], *, member_id: UUID, version: int) -> None:
        row = {
            "fund": self._fund,
            "member_id": member_id,
            "version": version,
            "person_ids": [person.person_id for person in persons],
            "names": [person.name for person in persons],
            "fiscal_codes": [person.fiscal_code for person in persons],
        }
        await self._conn.execute(_RECORD_PERSONS, row)
