"""A published plan version can be withdrawn; its day is then free for another version."""

import sqlalchemy as sa
from alembic import op

from kit.migrations import append_only, enable_fund_rls

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: None = None
depends_on: None = None

SCHEMA = "rules"

# Of the versions that stand, one begins on a day: a rule over two tables, which no unique index can hold.
ONE_A_DAY = """
create function rules.one_standing_version_a_day() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('plan:' || new.fund || ':' || new.plan_id, 0));
    if exists (
        select from rules.plan_version p
        where p.fund = new.fund and p.plan_id = new.plan_id and p.effective_from = new.effective_from
          and not exists (
              select from rules.plan_withdrawal w
              where w.fund = p.fund and w.plan_id = p.plan_id and w.version = p.version
          )
    ) then
        raise exception 'a version of % begins on % already', new.plan_id, new.effective_from
            using errcode = 'unique_violation', constraint = 'one_version_a_day';
    end if;
    return new;
end $$
"""


def upgrade() -> None:
    op.create_table(
        "plan_withdrawal",
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(btrim(reason)) > 0", name="reason_given"),
        sa.PrimaryKeyConstraint("fund", "plan_id", "version"),
        sa.ForeignKeyConstraint(
            ["fund", "plan_id", "version"],
            [f"{SCHEMA}.plan_version.fund", f"{SCHEMA}.plan_version.plan_id", f"{SCHEMA}.plan_version.version"],
            name="of_a_published_version",
        ),
        schema=SCHEMA,
    )
    enable_fund_rls(op, SCHEMA, "plan_withdrawal")
    append_only(op, SCHEMA, "plan_withdrawal")
    op.drop_constraint("one_version_a_day", "plan_version", schema=SCHEMA)
    op.execute(ONE_A_DAY)
    op.execute(
        "create trigger one_version_a_day before insert on rules.plan_version "
        "for each row execute function rules.one_standing_version_a_day()"
    )
