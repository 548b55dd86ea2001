"""Members on the wire."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field, StrictBool

from claims_api.domain.bank_account import AccountState, BankAccount
from claims_api.domain.member import Category, Contact, Language, Member, Person, Relation
from claims_api.domain.registration import MemberRecord, PersonRecord
from claims_api.domain.task import Task
from claims_api.entrypoints.http.fields import Body, Code, Day, Email, Iban, Name, Phone
from claims_api.use_cases.register_member import AccountRecord


class PersonBody(Body):
    """One of the family; without person_id the codice fiscale tells who it is, without valid_from the person is
    covered since the enrolment or the birth.
    """

    person_id: UUID | None = None
    relation: Relation
    first_name: Name
    last_name: Name
    fiscal_code: Code
    birth_date: Day
    disabled_104: StrictBool = False
    fiscally_dependent: StrictBool | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None

    def record(self, pointer: str) -> PersonRecord:
        return PersonRecord(pointer=pointer, **self.model_dump())


class ContactBody(Body):
    """Where the member is reached; credentials and messages go to the e-mail address."""

    email: Email
    phone: Phone | None = None


class AccountBody(Body):
    """The account for reimbursements."""

    iban: Iban
    holder: Name
    verified: StrictBool = True


class MemberBody(Body):
    """A member as the fund's office declares it, with the whole family: a relative who is left out ends today.

    The member may be among `persons` too (relation `member`), to give the person an id.
    """

    member_id: UUID | None = None
    first_name: Name
    last_name: Name
    fiscal_code: Code
    birth_date: Day
    disabled_104: StrictBool = False
    category: Category
    employer: Name | None = None
    enrolled_on: Day
    hired_on: Day | None = None
    left_on: Day | None = None
    language: Language = Language.ITALIAN
    contributions_in_order: StrictBool | None = Field(default=None, description="Stays as it is if not told")
    contact: ContactBody
    bank_account: AccountBody | None = None
    persons: list[PersonBody] = Field(default=[], max_length=30)

    def record(self) -> MemberRecord:
        persons = [person.record(f"/persons/{index}") for index, person in enumerate(self.persons)]
        if all(person.relation is not Relation.MEMBER for person in persons):
            persons.insert(0, self._own())
        return MemberRecord(
            member_id=self.member_id,
            category=self.category,
            employer=self.employer,
            enrolled_on=self.enrolled_on,
            hired_on=self.hired_on,
            left_on=self.left_on,
            language=self.language,
            contact=Contact(self.contact.email, self.contact.phone),
            persons=tuple(persons),
            contributions_in_order=self.contributions_in_order,
        )

    def _own(self) -> PersonRecord:
        return PersonRecord(
            pointer="",
            person_id=None,
            relation=Relation.MEMBER,
            first_name=self.first_name,
            last_name=self.last_name,
            fiscal_code=self.fiscal_code,
            birth_date=self.birth_date,
            disabled_104=self.disabled_104,
            fiscally_dependent=None,
            valid_from=None,
            valid_to=None,
        )

    def account(self) -> AccountRecord | None:
        return AccountRecord(**self.bank_account.model_dump()) if self.bank_account else None


class IbanBody(Body):
    """The member's new account; in the member's own name it is paid on without further checks."""

    iban: Iban
    holder: Name


class PersonView(BaseModel):
    """One of the family."""

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

    @classmethod
    def of(cls, person: Person) -> "PersonView":
        return cls.model_validate(person, from_attributes=True)


class ContactView(BaseModel):
    """Where the member is reached."""

    email: str
    phone: str | None


class BankAccountView(BaseModel):
    """The account in use, masked; `rejected` means that the bank sent a transfer back."""

    iban: str = Field(description="masked", examples=["IT*********************3456"])
    holder: str
    verified: bool
    state: AccountState

    @classmethod
    def of(cls, account: BankAccount) -> "BankAccountView":
        return cls(iban=account.masked_iban, holder=account.holder, verified=account.verified, state=account.state)


class TaskView(BaseModel):
    """Something the member has to do now."""

    task_id: UUID
    kind: str
    subject_id: UUID
    case_id: UUID | None
    text_it: str
    text_en: str
    due_on: date | None

    @classmethod
    def of(cls, task: Task) -> "TaskView":
        return cls.model_validate(task, from_attributes=True)


class MemberView(BaseModel):
    """A member with the family (the member included)."""

    member_id: UUID
    number: str
    first_name: str
    last_name: str
    category: Category
    employer: str | None
    enrolled_on: date
    hired_on: date | None
    left_on: date | None
    contributions_in_order: bool
    language: Language
    contact: ContactView
    persons: list[PersonView]
    bank_account: BankAccountView | None


class RegisteredMemberView(MemberView):
    """The member as registered; `changed` lists what differed: member, contact, bank_account."""

    changed: list[str]


class MeView(MemberView):
    """The member who asks, with what there is to do."""

    tasks: list[TaskView]


def member_view(member: Member) -> MemberView:
    """Show a member."""
    return MemberView(
        member_id=member.member_id,
        number=member.number,
        first_name=member.own.first_name,
        last_name=member.own.last_name,
        category=member.category,
        employer=member.employer,
        enrolled_on=member.enrolled_on,
        hired_on=member.hired_on,
        left_on=member.left_on,
        contributions_in_order=member.contributions_in_order,
        language=member.language,
        contact=ContactView(email=member.contact.email, phone=member.contact.phone),
        persons=[PersonView.of(person) for person in member.persons],
        bank_account=BankAccountView.of(member.bank_account) if member.bank_account else None,
    )
