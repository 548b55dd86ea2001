"""Members, families and accounts in PostgreSQL."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from claims_api.adapters.constraints import refused_by
from claims_api.adapters.member_rows import MEMBER_SELECT, read_member_row
from claims_api.adapters.tables import BANK_ACCOUNT, MEMBER, PERSON
from claims_api.domain.bank_account import AccountState, BankAccount
from claims_api.domain.errors import MemberIdentityConflict
from claims_api.domain.member import Member
from kit.context import Context

# Two registrations of one number wait for each other even before the first row exists.
_LOCK_NUMBER = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")
_BY_NUMBER = MEMBER_SELECT.where(MEMBER.c.number == bindparam("number"), MEMBER.c.fund == bindparam("fund"))
_BY_ID = MEMBER_SELECT.where(MEMBER.c.member_id == bindparam("member_id"))
# Not the key: a claim that is just being added refers to the member and must not wait for this.
_LOCK = _BY_ID.with_for_update(of=MEMBER, key_share=True)


def _starts_with(q: str) -> ColumnElement[bool]:
    pattern = q.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
    named = exists().where(
        PERSON.c.member_id == MEMBER.c.member_id,
        PERSON.c.relation == "member",
        or_(
            PERSON.c.last_name.ilike(pattern),
            PERSON.c.first_name.ilike(pattern),
            PERSON.c.fiscal_code.ilike(pattern),
        ),
    )
    return or_(MEMBER.c.number.ilike(pattern), named)


class PostgresMemberStore:
    """The port MemberStore over one open transaction."""

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self._conn = conn
        self._context = context

    async def _one(self, statement: Select[Any], **values: object) -> Member | None:
        row = (await self._conn.execute(statement, values)).mappings().one_or_none()
        return read_member_row(dict(row)) if row else None

    async def lock_by_number(self, number: str) -> Member | None:
        await self._conn.execute(_LOCK_NUMBER, {"name": f"member:{self._context.fund}:{number}"})
        return await self._one(_BY_NUMBER, number=number, fund=self._context.fund)

    async def lock(self, member_id: UUID) -> Member | None:
        return await self._one(_LOCK, member_id=member_id)

    async def find(self, member_id: UUID) -> Member | None:
        return await self._one(_BY_ID, member_id=member_id)

    async def save(self, member: Member) -> None:
        conflict = MemberIdentityConflict("A member_id or person_id of this declaration belongs to somebody else.")
        row = {
            "member_id": member.member_id,
            "fund": self._context.fund,
            "number": member.number,
            "category": member.category,
            "employer": member.employer,
            "enrolled_on": member.enrolled_on,
            "hired_on": member.hired_on,
            "left_on": member.left_on,
            "retired_on": member.retired_on,
            "confirmed_on": member.confirmed_on,
            "contributions_in_order": member.contributions_in_order,
            "language": member.language,
            "email": member.contact.email,
            "phone": member.contact.phone,
            "version": member.version,
            "contact_version": member.contact_version,
        }
        statement = insert(MEMBER).values(row)
        changed = {name: statement.excluded[name] for name in row if name not in {"member_id", "fund", "number"}}
        upsert = statement.on_conflict_do_update(
            index_elements=[MEMBER.c.member_id], set_=changed, where=MEMBER.c.number == statement.excluded.number
        ).returning(MEMBER.c.member_id)
        if (await self._conn.execute(upsert)).one_or_none() is None:
            raise conflict
        await self._save_persons(member, conflict)

    async def _save_persons(self, member: Member, conflict: MemberIdentityConflict) -> None:
        rows = [
            {
                "person_id": person.person_id,
                "fund": self._context.fund,
                "member_id": member.member_id,
                "relation": person.relation,
                "first_name": person.first_name,
                "last_name": person.last_name,
                "fiscal_code": person.fiscal_code,
                "birth_date": person.birth_date,
                "disabled_104": person.disabled_104,
                "fiscally_dependent": person.fiscally_dependent,
                "valid_from": person.valid_from,
                "valid_to": person.valid_to,
            }
            for person in member.persons
        ]
        statement = insert(PERSON).values(rows)
        changed = {name: statement.excluded[name] for name in rows[0] if name not in {"person_id", "fund", "member_id"}}
        upsert = statement.on_conflict_do_update(
            index_elements=[PERSON.c.person_id],
            set_=changed,
            where=PERSON.c.member_id == statement.excluded.member_id,
        ).returning(PERSON.c.person_id)
        taken = MemberIdentityConflict("Another member has this codice fiscale.")
        with refused_by("person_member_fiscal_code", taken):
            written = (await self._conn.execute(upsert)).all()
        if len(written) != len(rows):
            raise conflict

    async def replace_account(self, account: BankAccount) -> None:
        current = and_(BANK_ACCOUNT.c.member_id == account.member_id, BANK_ACCOUNT.c.state != AccountState.REPLACED)
        ended = {"state": AccountState.REPLACED, "ended_at": self._context.now}
        await self._conn.execute(update(BANK_ACCOUNT).where(current).values(ended))
        row = {
            "account_id": account.account_id,
            "fund": self._context.fund,
            "member_id": account.member_id,
            "version": account.version,
            "iban": account.iban,
            "holder": account.holder,
            "verified": account.verified,
            "state": account.state,
            "opened_at": self._context.now,
        }
        await self._conn.execute(insert(BANK_ACCOUNT).values(row))

    async def reject_account(self, account: BankAccount) -> None:
        this = BANK_ACCOUNT.c.account_id == account.account_id
        await self._conn.execute(update(BANK_ACCOUNT).where(this).values(state=AccountState.REJECTED))

    async def page(self, *, q: str | None, after: str | None, limit: int) -> list[Member]:
        statement = MEMBER_SELECT.order_by(MEMBER.c.number).limit(limit)
        if after is not None:
            statement = statement.where(MEMBER.c.number > after)
        if q:
            statement = statement.where(_starts_with(q))
        return [read_member_row(dict(row)) for row in (await self._conn.execute(statement)).mappings()]
