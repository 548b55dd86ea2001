"""The statements of the case store, built once."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Integer,
    ScalarSelect,
    Text,
    Uuid,
    bindparam,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY

from claims_api.adapters.member_rows import MEMBER_COLUMNS
from claims_api.adapters.practice_tables import DIRECT_SERVICE
from claims_api.adapters.tables import (
    CLAIM,
    CLAIM_CASE,
    CLAIM_DECISION,
    CLAIM_DOCUMENT,
    CLAIM_FACT_CHANGE,
    CLAIM_STATE_CHANGE,
    CONSENT,
    EXPENSE_KEY,
    MEMBER,
    OPEN_CLAIM,
    PERSON,
)

# The counter's row is locked until the commit: short, and only while cases are opened.
ADD_CASE = text(
    """
    with counter as (
        insert into claims.case_counter (fund, year, last) values (:fund, :year, 1)
        on conflict (fund, year) do update set last = case_counter.last + 1
        returning last
    )
    insert into claims.claim_case (case_id, fund, number, member_id, channel, state, created_at)
    select :case_id, :fund,
           upper(:fund) || '-' || :year || '-' || lpad(last::text, greatest(6, length(last::text)), '0'),
           :member_id, :channel, 'draft', :created_at
    from counter
    returning number
    """
).bindparams(
    bindparam("fund", type_=Text),
    bindparam("year", type_=Integer),
    bindparam("case_id", type_=Uuid),
    bindparam("member_id", type_=Uuid),
    bindparam("channel", type_=Text),
    bindparam("created_at", type_=DateTime(timezone=True)),
)

_CASE_COLUMNS = [column for column in CLAIM_CASE.c if column.name not in {"fund", "state"}]
_CASE_OF_CLAIM = select(CLAIM.c.case_id).where(CLAIM.c.claim_id == bindparam("claim_id")).scalar_subquery()

CASE_BY_ID = select(*_CASE_COLUMNS).where(CLAIM_CASE.c.case_id == bindparam("case_id"))
CASE_BY_CLAIM = select(*_CASE_COLUMNS).where(CLAIM_CASE.c.case_id == _CASE_OF_CLAIM)
LOCK_CASE_BY_CLAIM = CASE_BY_CLAIM.with_for_update(of=CLAIM_CASE, key_share=True)
_CASES_OF_CLAIMS = select(CLAIM.c.case_id).where(CLAIM.c.claim_id == bindparam("claim_ids", type_=ARRAY(Uuid)).any_())
LOCK_CASES_BY_CLAIMS = (
    select(*_CASE_COLUMNS)
    .where(CLAIM_CASE.c.case_id.in_(_CASES_OF_CLAIMS))
    .order_by(CLAIM_CASE.c.case_id)
    .with_for_update(of=CLAIM_CASE, key_share=True)
)

MEMBER_PREFIX = "member__"
LOCK_CASE_WITH_MEMBER = (
    select(*_CASE_COLUMNS, *(column.label(f"{MEMBER_PREFIX}{column.key}") for column in MEMBER_COLUMNS))
    .join(MEMBER, MEMBER.c.member_id == CLAIM_CASE.c.member_id)
    .where(CLAIM_CASE.c.case_id == bindparam("case_id"))
    .with_for_update(of=CLAIM_CASE, key_share=True)
)


def _documents() -> ScalarSelect[Any]:
    one = func.jsonb_build_object("document_id", CLAIM_DOCUMENT.c.document_id, "kind", CLAIM_DOCUMENT.c.kind)
    ordered = postgresql.aggregate_order_by(one, CLAIM_DOCUMENT.c.revision, CLAIM_DOCUMENT.c.document_id)
    of_claim = CLAIM_DOCUMENT.c.claim_id == CLAIM.c.claim_id
    return select(func.jsonb_agg(ordered)).where(of_claim).scalar_subquery()


CLAIMS_OF_CASES = (
    select(*CLAIM.c, _documents().label("documents"))
    .where(CLAIM.c.case_id == bindparam("case_ids", type_=ARRAY(Uuid)).any_())
    .order_by(CLAIM.c.claim_id)
)

ADD_CLAIM = (
    postgresql.insert(CLAIM)
    .on_conflict_do_nothing(index_elements=[CLAIM.c[name] for name in EXPENSE_KEY], index_where=OPEN_CLAIM)
    .returning(CLAIM.c.claim_id)
)
ADD_DOCUMENTS = insert(CLAIM_DOCUMENT)


def _same_provider(key: ColumnElement[Any]) -> ColumnElement[bool]:
    # A provider that nobody named may be any provider.
    asked = bindparam("provider_key", type_=Text)
    return or_(key == asked, func.coalesce(key, "") == "", asked == "")


_CLAIMED = (
    select(
        CLAIM.c.claim_id,
        CLAIM.c.case_id,
        CLAIM_CASE.c.number.label("case_number"),
        literal(None, Uuid).label("booking_id"),
    )
    .join(CLAIM_CASE, CLAIM_CASE.c.case_id == CLAIM.c.case_id)
    .where(
        CLAIM.c.fund == bindparam("fund"),
        CLAIM.c.person_id == bindparam("person_id"),
        CLAIM.c.document_date == bindparam("document_date"),
        CLAIM.c.document_number_key == bindparam("document_number_key"),
        CLAIM.c.state.not_in(("rejected", "withdrawn")),
        _same_provider(CLAIM.c.provider_key),
    )
)
_PAID_DIRECTLY = select(
    literal(None, Uuid),
    literal(None, Uuid),
    func.coalesce(DIRECT_SERVICE.c.code, ""),
    DIRECT_SERVICE.c.booking_id,
).where(
    DIRECT_SERVICE.c.person_id == bindparam("person_id"),
    DIRECT_SERVICE.c.invoice_date == bindparam("document_date"),
    DIRECT_SERVICE.c.invoice_number_key == bindparam("document_number_key"),
    _same_provider(DIRECT_SERVICE.c.provider_key),
)
DUPLICATE = union_all(_CLAIMED, _PAID_DIRECTLY).limit(1)

_OTHER = CLAIM.alias("other")
_OTHER_CASE = CLAIM_CASE.alias("other_case")
SIMILAR = (
    select(CLAIM.c.claim_id, func.min(_OTHER_CASE.c.number).label("case_number"))
    .join(
        _OTHER,
        (_OTHER.c.member_id == CLAIM.c.member_id)
        & (_OTHER.c.person_id == CLAIM.c.person_id)
        & (_OTHER.c.document_date == CLAIM.c.document_date)
        & (_OTHER.c.amount_cents == CLAIM.c.amount_cents)
        & (_OTHER.c.currency == CLAIM.c.currency)
        & (_OTHER.c.claim_id != CLAIM.c.claim_id),
    )
    .join(_OTHER_CASE, _OTHER_CASE.c.case_id == _OTHER.c.case_id)
    .where(CLAIM.c.case_id == bindparam("case_id"), CLAIM.c.state == "draft")
    .where(_OTHER.c.state.not_in(("rejected", "withdrawn")))
    .group_by(CLAIM.c.claim_id)
)

# One statement for everything that steps change: one round trip, whatever the claims of a case or the cases of a batch.
SAVE_CASES = """
    with given as materialized (
        select *
        from jsonb_to_recordset($1)
             as g (case_id uuid, member_id uuid, fund text, now timestamptz, actor text, state text,
                   submitted_at timestamptz, received_on date, settled_on date, postmarked_on date, held_until date,
                   released_at timestamptz, consents jsonb, documents jsonb, changes jsonb, claims jsonb)
    ), saved as (
        update claims.claim_case as c
        set state = g.state, submitted_at = g.submitted_at, received_on = g.received_on, settled_on = g.settled_on,
            postmarked_on = g.postmarked_on, held_until = g.held_until, released_at = g.released_at
        from given g
        where c.case_id = g.case_id
    ), consented as (
        insert into claims.consent (case_id, member_id, fund, kind, version, given_at, given_by)
        select g.case_id, g.member_id, g.fund, one.kind, one.version, g.now, g.actor
        from given g, jsonb_to_recordset(g.consents) as one (kind text, version text)
    ), attached as (
        insert into claims.claim_document (claim_id, document_id, fund, kind, revision)
        select d.claim_id, d.document_id, g.fund, d.kind, d.revision
        from given g,
             jsonb_to_recordset(g.documents) as d (claim_id uuid, document_id uuid, kind text, revision int)
        on conflict do nothing
    ), told as (
        insert into claims.claim_state_change (fund, claim_id, from_state, to_state, at, actor, note)
        select g.fund, h.claim_id, h.from_state, h.to_state, h.at, h.actor, h.note
        from given g,
             jsonb_to_recordset(g.changes)
             as h (claim_id uuid, from_state text, to_state text, at timestamptz, actor text, note text)
    )
    update claims.claim as t
    set state = m.state, revision = m.revision, received_on = m.received_on, payable_cents = m.payable_cents,
        decision_id = m.decision_id, review = m.review, suspended_on = m.suspended_on, lapses_on = m.lapses_on,
        missing = m.missing, reasons = m.reasons, payout_id = m.payout_id, settled_cents = m.settled_cents,
        instalments = m.instalments, correction = nullif(m.correction, 'null'),
        gross_of_withholding = m.gross_of_withholding, converted_cents = m.converted_cents
    from given g,
         jsonb_to_recordset(g.claims)
         as m (claim_id uuid, state text, revision int, received_on date, payable_cents bigint, decision_id uuid,
               review text, suspended_on date, lapses_on date, missing jsonb, reasons jsonb, payout_id uuid,
               settled_cents bigint, instalments jsonb, correction jsonb, gross_of_withholding boolean,
               converted_cents bigint)
    where t.claim_id = m.claim_id
"""

CONSENTS_OF = (
    select(CONSENT.c.kind, CONSENT.c.version, func.max(CONSENT.c.given_at).label("given_at"))
    .where(CONSENT.c.member_id == bindparam("member_id"))
    .group_by(CONSENT.c.kind, CONSENT.c.version)
)
CHANGE_FACTS = update(CLAIM).where(CLAIM.c.claim_id == bindparam("of_claim"))
ADD_FACT_CHANGE = insert(CLAIM_FACT_CHANGE)

_DECISION = ", ".join(CLAIM_DECISION.c.keys())
ADD_DECISIONS = (
    f"insert into claims.claim_decision ({_DECISION}) "  # noqa: S608 (the names of the table's own columns)
    f"select {_DECISION} from jsonb_populate_recordset(null::claims.claim_decision, $1)"
)

OVERDUE = (
    select(CLAIM.c.fund, CLAIM.c.claim_id)
    .where(CLAIM.c.state == "suspended", CLAIM.c.lapses_on < bindparam("today"))
    .order_by(CLAIM.c.lapses_on, CLAIM.c.claim_id)
    .limit(bindparam("most", type_=Integer))
)

COME_TO_THEIR_TURN = (
    select(CLAIM_CASE.c.fund, CLAIM_CASE.c.case_id)
    .where(CLAIM_CASE.c.held_until <= bindparam("today", type_=Date))
    .order_by(CLAIM_CASE.c.held_until, CLAIM_CASE.c.case_id)
    .limit(bindparam("most", type_=Integer))
)

_OF_CASE = select(CLAIM.c.claim_id).where(CLAIM.c.case_id == bindparam("case_id"))
HISTORY = (
    select(CLAIM_STATE_CHANGE).where(CLAIM_STATE_CHANGE.c.claim_id.in_(_OF_CASE)).order_by(CLAIM_STATE_CHANGE.c.seq)
)
DECISIONS = (
    select(CLAIM_DECISION)
    .where(CLAIM_DECISION.c.claim_id.in_(_OF_CASE))
    .order_by(CLAIM_DECISION.c.received_at, CLAIM_DECISION.c.decision_id)
)
PERSON_NAMES = select(
    PERSON.c.person_id, (PERSON.c.first_name + literal_column("' '") + PERSON.c.last_name).label("name")
).where(PERSON.c.person_id.in_(bindparam("person_ids", expanding=True)))
CASES = select(*_CASE_COLUMNS).order_by(CLAIM_CASE.c.case_id.desc())
