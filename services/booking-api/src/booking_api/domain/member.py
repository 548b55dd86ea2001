"""Members and their families, as far as bookings need them (a projection of what the claims service publishes)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """The facts of a member that the rules of the plan read."""

    category: str
    enrolled_on: date
    hired_on: date | None
    left_on: date | None
    birth_date: date


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a member's family, the member included.

    Units: covered on days from `valid_from` up to, without, `valid_to`.
    """

    person_id: UUID
    member_id: UUID
    relation: str
    first_name: str
    last_name: str
    birth_date: date
    disabled_104: bool
    fiscally_dependent: bool | None
    valid_from: date
    valid_to: date | None

    @property
    def name(self) -> str:
        """Return the name as the portal and the letters write it."""
        return f"{self.first_name} {self.last_name}"

    def belongs_to_family_on(self, day: date) -> bool:
        """Say whether the person is in the family on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Family:
    """A member with the family, at one version of the claims service's data."""

    member_id: UUID
    version: int
    facts: MemberFacts
    persons: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Patient:
    """The person who is to be treated, with the member through whom the fund pays."""

    person: Person
    member: MemberFacts
