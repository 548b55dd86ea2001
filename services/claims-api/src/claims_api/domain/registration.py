"""What the fund's office declares about a member, and how it changes what is registered."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from claims_api.domain.errors import InvalidMember, MemberIdentityConflict
from claims_api.domain.fiscal_code import compact, fiscal_code_fault
from claims_api.domain.member import Category, Contact, Language, Member, Person, Relation
from kit.errors import FieldError


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One person as declared.

    Shapes: `pointer` is the place in the request ("" for the member, "/persons/0" for the first relative).
    """

    pointer: str
    person_id: UUID | None
    relation: Relation
    first_name: str
    last_name: str
    fiscal_code: str
    birth_date: date
    disabled_104: bool
    fiscally_dependent: bool | None
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """One member as declared, with the whole family; who is left out of it ends today.

    Shapes: a `contributions_in_order` that is not told stays as it is registered.
    """

    member_id: UUID | None
    category: Category
    employer: str | None
    enrolled_on: date
    hired_on: date | None
    left_on: date | None
    language: Language
    contact: Contact
    persons: tuple[PersonRecord, ...]
    contributions_in_order: bool | None = None


def check_record(record: MemberRecord, *, today: date) -> None:
    """Refuse a declaration with every fault that it has.

    Raises: InvalidMember.
    """
    faults = [*_family_faults(record)]
    for person in record.persons:
        faults.extend(_person_faults(person, today=today))
    if not record.contact.email:
        # Member guide, "Accesso" (ONE-LOG-02): whoever registers no address receives no credentials.
        message = "Credentials are sent by e-mail: register an address."
        faults.append(FieldError("/contact/email", "email_required", message))
    if record.left_on is not None and record.left_on < record.enrolled_on:
        faults.append(FieldError("/left_on", "left_before_enrolled", "The member left before enrolling."))
    if faults:
        raise InvalidMember("The member's data break a rule.", errors=faults)


def _family_faults(record: MemberRecord) -> Iterator[FieldError]:
    codes = Counter(compact(person.fiscal_code) for person in record.persons)
    for person in record.persons:
        if codes[compact(person.fiscal_code)] > 1:
            yield FieldError(
                f"{person.pointer}/fiscal_code", "fiscal_code_repeated", "Two persons have this codice fiscale."
            )
    for relation in (Relation.MEMBER, Relation.SPOUSE):
        holders = [one for one in record.persons if one.relation is relation and one.valid_to is None]
        for surplus in holders[1:]:
            yield FieldError(f"{surplus.pointer}/relation", "relation_repeated", f"There is one {relation} only.")


def _person_faults(person: PersonRecord, *, today: date) -> Iterator[FieldError]:
    if person.birth_date > today:
        yield FieldError(f"{person.pointer}/birth_date", "date_not_in_future", "The birth date is in the future.")
    fault = fiscal_code_fault(person.fiscal_code, person.birth_date)
    if fault is not None:
        yield FieldError(f"{person.pointer}/fiscal_code", *fault)
    if person.valid_from and person.valid_to and person.valid_to <= person.valid_from:
        yield FieldError(f"{person.pointer}/valid_to", "period_empty", "valid_to must be after valid_from.")


def merge(
    present: Member | None, record: MemberRecord, *, number: str, today: date, new_id: Callable[[], UUID]
) -> Member:
    """Return the member as declared, keeping the ids of whoever is already registered.

    Raises: MemberIdentityConflict when the declaration gives an id other than the registered one.
    """
    if present is not None and record.member_id not in {None, present.member_id}:
        raise MemberIdentityConflict("This number belongs to another member_id.", member_id=str(present.member_id))
    return Member(
        member_id=present.member_id if present else record.member_id or new_id(),
        number=number,
        category=record.category,
        employer=record.employer,
        enrolled_on=record.enrolled_on,
        hired_on=record.hired_on,
        left_on=record.left_on,
        language=record.language,
        contact=record.contact,
        persons=_merge_family(present.persons if present else (), record, today, new_id),
        contributions_in_order=_in_order(present, record),
        **_kept(present),
    )


def _in_order(present: Member | None, record: MemberRecord) -> bool:
    if record.contributions_in_order is not None:
        return record.contributions_in_order
    return present is None or present.contributions_in_order


def _kept(present: Member | None) -> dict[str, Any]:
    """Return what a declaration says nothing of."""
    if present is None:
        return {"bank_account": None, "version": 0, "contact_version": 0}
    names = ("bank_account", "version", "contact_version", "retired_on", "confirmed_on")
    return {name: getattr(present, name) for name in names}


def _merge_family(
    present: Sequence[Person], record: MemberRecord, today: date, new_id: Callable[[], UUID]
) -> tuple[Person, ...]:
    known = {person.fiscal_code: person for person in present}
    declared = [_merge_person(known, person, record.enrolled_on, new_id) for person in record.persons]
    kept = {person.person_id for person in declared}
    left_out = [_ended(person, today) for person in present if person.person_id not in kept]
    return tuple(sorted((*declared, *left_out), key=lambda person: (person.birth_date, person.fiscal_code)))


def _merge_person(
    known: dict[str, Person], record: PersonRecord, enrolled_on: date, new_id: Callable[[], UUID]
) -> Person:
    fiscal_code = compact(record.fiscal_code)
    by_id = {person.person_id: person for person in known.values()}
    present = by_id.get(record.person_id) if record.person_id else known.get(fiscal_code)
    default_from = present.valid_from if present else max(enrolled_on, record.birth_date)
    return Person(
        person_id=present.person_id if present else record.person_id or new_id(),
        relation=record.relation,
        first_name=record.first_name,
        last_name=record.last_name,
        fiscal_code=fiscal_code,
        birth_date=record.birth_date,
        disabled_104=record.disabled_104,
        fiscally_dependent=record.fiscally_dependent,
        valid_from=record.valid_from or default_from,
        valid_to=record.valid_to,
    )


def _ended(person: Person, today: date) -> Person:
    if person.valid_to is not None and person.valid_to <= today:
        return person
    return replace(person, valid_to=max(today, person.valid_from))
