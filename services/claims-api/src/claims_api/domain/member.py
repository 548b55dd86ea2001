"""A member of the fund (socio) and the family that the plan covers."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from claims_api.domain.bank_account import BankAccount


class Category(StrEnum):
    """Who a member is by the fund's regulation (rule 1.1-R1)."""

    EMPLOYEE = "employee"
    PENSIONER = "pensioner"


class Relation(StrEnum):
    """What a person is to the member (rules 1.2-R1 to R4)."""

    MEMBER = "member"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    OTHER_DEPENDANT = "other_dependant"


class Language(StrEnum):
    """The language of the member's messages."""

    ITALIAN = "it"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Person:
    """A beneficiary: the member or a relative.

    Units: covered from `valid_from` (included) to `valid_to` (excluded).
    """

    person_id: UUID
    relation: Relation
    first_name: str
    last_name: str
    fiscal_code: str
    birth_date: date
    disabled_104: bool
    fiscally_dependent: bool | None
    valid_from: date
    valid_to: date | None

    def covered_on(self, day: date) -> bool:
        """Say whether the person was registered in the family on that day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def full_name(self) -> str:
        """Return first and last name."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class Contact:
    """Where the member is reached."""

    email: str
    phone: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """A member with family, contact and the account in use; `persons` holds the member too.

    Shapes: `version` counts the changes of member and family, `contact_version` those of contact and language;
    `confirmed_on` is the day on which a pensioner confirmed the membership (1.5);
    `contributions_in_order` is what the instalments of 7.2 depend on.
    """

    member_id: UUID
    number: str
    category: Category
    employer: str | None
    enrolled_on: date
    hired_on: date | None
    left_on: date | None
    language: Language
    contact: Contact
    persons: tuple[Person, ...]
    bank_account: BankAccount | None
    version: int
    contact_version: int
    retired_on: date | None = None
    confirmed_on: date | None = None
    contributions_in_order: bool = True

    @property
    def own(self) -> Person:
        """Return the member as a person."""
        return next(person for person in self.persons if person.relation is Relation.MEMBER)

    def person(self, person_id: UUID) -> Person | None:
        """Return one of the family, or nothing for a stranger."""
        return next((person for person in self.persons if person.person_id == person_id), None)
