"""Members as rows: the member, the whole family and the account in use come with one statement."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, func, literal_column, select

from claims_api.adapters.tables import BANK_ACCOUNT, MEMBER, PERSON
from claims_api.domain.bank_account import AccountState, BankAccount
from claims_api.domain.member import Category, Contact, Language, Member, Person, Relation


def _persons() -> ScalarSelect[Any]:
    person = PERSON.alias("p")
    rows = func.jsonb_agg(func.to_jsonb(literal_column("p")))
    return select(rows).select_from(person).where(person.c.member_id == MEMBER.c.member_id).scalar_subquery()


def _account() -> ScalarSelect[Any]:
    account = BANK_ACCOUNT.alias("a")
    rows = select(func.to_jsonb(literal_column("a"))).select_from(account)
    return rows.where(account.c.member_id == MEMBER.c.member_id, account.c.state != "replaced").scalar_subquery()


MEMBER_COLUMNS = (*MEMBER.c, _persons().label("persons"), _account().label("account"))
MEMBER_SELECT: Select[Any] = select(*MEMBER_COLUMNS)


def read_member_row(row: Mapping[str, Any]) -> Member:
    """Make a member of one row of MEMBER_SELECT."""
    persons = sorted((_person(one) for one in row["persons"]), key=lambda one: (one.birth_date, one.fiscal_code))
    return Member(
        member_id=row["member_id"],
        number=row["number"],
        category=Category(row["category"]),
        employer=row["employer"],
        enrolled_on=row["enrolled_on"],
        hired_on=row["hired_on"],
        left_on=row["left_on"],
        language=Language(row["language"]),
        contact=Contact(row["email"], row["phone"]),
        persons=tuple(persons),
        bank_account=_bank_account(row["account"]) if row["account"] else None,
        version=row["version"],
        contact_version=row["contact_version"],
        retired_on=row["retired_on"],
        contributions_in_order=row["contributions_in_order"],
        confirmed_on=row["confirmed_on"],
    )


def _person(row: Mapping[str, Any]) -> Person:
    return Person(
        person_id=UUID(row["person_id"]),
        relation=Relation(row["relation"]),
        first_name=row["first_name"],
        last_name=row["last_name"],
        fiscal_code=row["fiscal_code"],
        birth_date=date.fromisoformat(row["birth_date"]),
        disabled_104=row["disabled_104"],
        fiscally_dependent=row["fiscally_dependent"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
    )


def _bank_account(row: Mapping[str, Any]) -> BankAccount:
    return BankAccount(
        account_id=UUID(row["account_id"]),
        member_id=UUID(row["member_id"]),
        version=row["version"],
        iban=row["iban"],
        holder=row["holder"],
        verified=row["verified"],
        state=AccountState(row["state"]),
    )
