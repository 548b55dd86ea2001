"""The tables of checks of claims (1.3): what was drawn by sample, and check-up visits."""

from sqlalchemy import CheckConstraint, Column, Date, DateTime, ForeignKey, Index, Table, Text, Uuid, text

from claims_api.adapters.desk_tables import listed
from claims_api.adapters.tables import CLAIM, CLAIM_CASE, METADATA
from claims_api.domain.check_up import CheckUpOutcome, CheckUpState
from claims_api.domain.sampling import SampleResult

SAMPLE_CHECK = Table(
    "sample_check",
    METADATA,
    Column("claim_id", ForeignKey(CLAIM.c.claim_id), primary_key=True),
    Column("fund", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("seed", Text, nullable=False),
    Column("drawn_at", DateTime(timezone=True), nullable=False),
    Column("result", Text),
    Column("note", Text),
    Column("checked_by", Text),
    Column("checked_at", DateTime(timezone=True)),
    # Who found the claim irregular, where a second person has to say the same.
    Column("proposed_by", Text),
    # When the claim's payment stopped waiting: after a bad result once the correction is decided.
    Column("closed_at", DateTime(timezone=True)),
    CheckConstraint(f"result in ({listed(SampleResult)})", name="known_result"),
    CheckConstraint("(result is null) = (checked_by is null)", name="result_has_person"),
    CheckConstraint("checked_by <> proposed_by or result = 'regular'", name="two_persons"),
)
Index("sample_check_unclosed", SAMPLE_CHECK.c.claim_id, postgresql_where=text("closed_at is null"))

CHECK_UP_VISIT = Table(
    "check_up_visit",
    METADATA,
    Column("visit_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("claim_id", ForeignKey(CLAIM.c.claim_id), nullable=False),
    Column("case_id", ForeignKey(CLAIM_CASE.c.case_id), nullable=False),
    Column("case_number", Text, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("reason", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("visit_at", DateTime(timezone=True)),
    Column("doctor", Text),
    Column("place", Text),
    Column("state", Text, nullable=False),
    Column("outcome", Text),
    Column("note", Text),
    Column("ordered_by", Text, nullable=False),
    Column("ordered_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text),
    Column("recorded_at", DateTime(timezone=True)),
    Column("second_by", Text),
    Column("second_at", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
    CheckConstraint(f"state in ({listed(CheckUpState)})", name="known_visit_state"),
    CheckConstraint(f"outcome in ({listed(CheckUpOutcome)})", name="known_visit_outcome"),
    CheckConstraint("(state = 'ordered') = (outcome is null)", name="outcome_by_state"),
    CheckConstraint("state in ('ordered', 'proposed') or state = outcome", name="state_is_outcome"),
    CheckConstraint("(outcome is null) = (recorded_by is null)", name="outcome_has_person"),
    CheckConstraint("second_by <> recorded_by", name="two_persons"),
    CheckConstraint("closed_at is null or state not in ('ordered', 'proposed')", name="closed_has_outcome"),
)
# One visit at a time on a claim.
Index(
    "check_up_visit_waiting",
    CHECK_UP_VISIT.c.claim_id,
    unique=True,
    postgresql_where=text("state in ('ordered', 'proposed')"),
)
Index("check_up_visit_unclosed", CHECK_UP_VISIT.c.claim_id, postgresql_where=text("closed_at is null"))
Index("check_up_visit_fund", CHECK_UP_VISIT.c.fund, CHECK_UP_VISIT.c.visit_id)
Index("check_up_visit_member", CHECK_UP_VISIT.c.member_id, CHECK_UP_VISIT.c.visit_id)
Index("check_up_visit_case", CHECK_UP_VISIT.c.case_id)
