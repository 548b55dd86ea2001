"""Invented people of the demo fund, with codici fiscali and IBANs that are valid and belong to nobody."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from codicefiscale import codicefiscale
from schwifty import IBAN


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the fund's office declares one."""

    relation: str
    first_name: str
    last_name: str
    sex: Literal["M", "F"]
    birth_date: date
    birth_place: str = "Milano"
    fiscally_dependent: bool | None = True

    @property
    def fiscal_code(self) -> str:
        """Return the codice fiscale of these data."""
        born = f"{self.birth_date:%d/%m/%Y}"
        code: str = codicefiscale.encode(
            lastname=self.last_name,
            firstname=self.first_name,
            gender=self.sex,
            birthdate=born,
            birthplace=self.birth_place,
        )
        return code

    @property
    def name(self) -> str:
        """Return first and last name."""
        return f"{self.first_name} {self.last_name}"

    def body(self) -> dict[str, Any]:
        """Return the person as claims-api takes it."""
        return {
            "relation": self.relation,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "fiscal_code": self.fiscal_code,
            "birth_date": self.birth_date.isoformat(),
            "fiscally_dependent": None if self.relation == "member" else self.fiscally_dependent,
        }


@dataclass(frozen=True, slots=True)
class Household:
    """A member with the family."""

    number: str
    member: Person
    email: str
    family: tuple[Person, ...] = field(default=())
    member_id: str | None = None
    category: str = "employee"
    employer: str | None = "FERROVIENORD S.p.A."
    enrolled_on: date = date(2010, 3, 1)

    @property
    def iban(self) -> str:
        """Return an account that differs for each number."""
        account = f"{int.from_bytes(self.number.encode(), 'big') % 10**9:012d}"
        return str(IBAN.generate("IT", bank_code="05428", branch_code="11101", account_code=account))

    def body(self) -> dict[str, Any]:
        """Return the member as claims-api takes it."""
        own = {name: value for name, value in self.member.body().items() if name != "relation"}
        own.pop("fiscally_dependent")
        return own | {
            "member_id": self.member_id,
            "category": self.category,
            "employer": self.employer,
            "enrolled_on": self.enrolled_on.isoformat(),
            "hired_on": self.enrolled_on.isoformat() if self.category == "employee" else None,
            "language": "it",
            "contact": {"email": self.email, "phone": "+39 333 1234567"},
            "bank_account": {"iban": self.iban, "holder": self.member.name, "verified": True},
            "persons": [person.body() for person in self.family],
        }
