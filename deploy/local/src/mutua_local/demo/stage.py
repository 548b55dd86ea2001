"""What the demo plays on: its people with their logins, the demo's clock, the mailbox."""

import secrets as random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any, Literal

import httpx

from kit.clock import ROME
from kit.workdays import WorkingDays
from mutua_local.demo.client import Caller, CallRefused, eventually
from mutua_local.demo.mailbox import Mail, Mailbox
from mutua_local.demo.papers import paper
from mutua_local.demo.timeline import Timeline
from mutua_local.login import login, machine_token
from mutua_local.people import Household, Person
from mutua_local.secrets import load_secrets
from mutua_local.services import DEMO_LOGINS
from mutua_local.settings import Settings

_DECEMBER = 12


@dataclass(slots=True)
class Member:
    """A member of this run: the household, the login and the ids that the system gave."""

    household: Household
    username: str
    password: str
    caller: Caller
    member_id: str
    person_ids: dict[str, str]

    @property
    def name(self) -> str:
        """Return the member's name."""
        return self.household.member.name

    def person(self, relation: str) -> Person:
        """Return one of the family."""
        everybody = (self.household.member, *self.household.family)
        return next(person for person in everybody if person.relation == relation)


@dataclass(slots=True)
class Stage:
    """The demo's means."""

    settings: Settings
    http: httpx.AsyncClient
    timeline: Timeline
    mailbox: Mailbox
    office: Caller
    operator: Caller
    officer: Caller
    approver: Caller
    facility: Caller
    start: date
    rossi: Member
    verdi: Member
    neri: Member
    days: WorkingDays = field(default_factory=WorkingDays)

    async def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """Move the demo's time to a moment in Italy; every service takes it for now."""
        return await move_clock(self.office, day, hour, minute)

    async def print_paper(self, caller: Caller, kind: str, person: Person, day: date, **parts: Any) -> str:
        """Print a paper for a person as PDF, upload it, return its document id."""
        content = paper(holder=person.name, fiscal_code=person.fiscal_code, day=day, **parts)
        return await caller.upload(kind, f"{kind}.pdf", content)

    async def mail(self, member: Member, word: str, *, after: int = 0) -> Mail:
        """Wait for an e-mail to a member whose subject holds a word."""

        async def look() -> Mail | None:
            mails = await self.mailbox.mails_to(member.household.email)
            return next((mail for mail in mails if word in mail.subject and mail.id > after), None)

        return await eventually(f"an e-mail to {member.household.email} about {word!r}", look)


async def move_clock(office: Caller, day: date, hour: int, minute: int = 0) -> datetime:
    """Set the demo's clock."""
    moment = datetime.combine(day, time(hour, minute), ROME).astimezone(UTC)
    await office.put("/v1/demo/clock", {"now": moment.isoformat()})
    return moment


def next_demo_month(now: datetime) -> date:
    """Return the first day of the month to play: the next one, but no December.

    In December any amount is paid, and the demo shows the threshold of the other months.
    """
    month = (now.astimezone(ROME).date().replace(day=1) + timedelta(days=32)).replace(day=1)
    return date(month.year + 1, 1, 1) if month.month == _DECEMBER else month


@asynccontextmanager
async def open_stage(settings: Settings) -> AsyncIterator[Stage]:
    """Log everybody in and register this run's members."""
    names = {row.name: row.secret for row in DEMO_LOGINS}
    known = load_secrets(settings.secrets_file, list(names.values()))
    url = settings.public_url
    async with httpx.AsyncClient(base_url=url, timeout=30) as http:

        async def person(name: str) -> Caller:
            return Caller(http, (await login(url, name, known[names[name]])).access_token)

        office = Caller(http, await machine_token(url, "fund-admin", known[names["fund-admin"]]))
        clock = datetime.fromisoformat((await office.get("/v1/demo/clock"))["now"])
        start = next_demo_month(clock)
        await move_clock(office, start, 8)
        members = await _register(http, office, settings)
        mailbox = Mailbox(f"http://127.0.0.1:{settings.ports.mailbox}")
        try:
            yield Stage(
                settings=settings,
                http=http,
                timeline=Timeline(),
                mailbox=mailbox,
                office=office,
                operator=await person("giulia.bianchi"),
                officer=await person("paolo.conti"),
                approver=await person("anna.ferri"),
                facility=Caller(http, await machine_token(url, "facility-cardio", known[names["facility-cardio"]])),
                start=start,
                rossi=members[0],
                verdi=members[1],
                neri=members[2],
            )
        finally:
            await mailbox.close()


def _households(run: str) -> list[Household]:
    """Invent this run's families: the same each time but for their numbers, so that the demo may run again."""
    first = date(1975, 1, 1) + timedelta(days=int(run, 16) % 330)

    def born(year: int) -> date:
        return first.replace(year=year)

    def household(name: str, sex: Literal["M", "F"], surname: str, *family: Person) -> Household:
        member = Person("member", name, surname, sex, born(1975))
        email = f"{name}.{surname}.{run}@example.org".lower()
        return Household(number=f"D{run}{surname[0]}".upper(), member=member, email=email, family=family)

    spouse = Person("spouse", "Lucia", "Ferrari", "F", born(1978))
    child = Person("child", "Sofia", "Rossi", "F", born(2014))
    return [
        household("Mario", "M", "Rossi", spouse, child),
        household("Anna", "F", "Verdi"),
        household("Luca", "M", "Neri"),
    ]


async def _register(http: httpx.AsyncClient, office: Caller, settings: Settings) -> list[Member]:
    while True:
        run = random.token_hex(3)
        try:
            return [await _register_one(http, office, settings, household) for household in _households(run)]
        except CallRefused as refused:
            # Names and days of birth repeat, and with them a codice fiscale: draw again.
            if refused.status != HTTPStatus.CONFLICT:
                raise


async def _register_one(http: httpx.AsyncClient, office: Caller, settings: Settings, household: Household) -> Member:
    registered = await office.put(f"/v1/members/by-number/{household.number}", household.body())
    username = household.email.partition("@")[0]
    password = random.token_urlsafe(12)
    await office.post(
        "/auth/users",
        {
            "username": username,
            "email": household.email,
            "first_name": household.member.first_name,
            "last_name": household.member.last_name,
            "roles": ["member"],
            "member_id": registered["member_id"],
            "password": password,
        },
    )
    tokens = await login(settings.public_url, username, password)
    return Member(
        household=household,
        username=username,
        password=password,
        caller=Caller(http, tokens.access_token),
        member_id=registered["member_id"],
        person_ids={person["relation"]: person["person_id"] for person in registered["persons"]},
    )
