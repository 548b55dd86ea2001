"""A synthetic population: families and their claims in order of receipt, from a seed."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from random import Random

from pydantic import Field

from rules_svc.adapters.plan_parts import Cents, Names, Part, Rate
from rules_svc.adapters.plan_reader import read_yaml
from rules_svc.domain.errors import PlanNotFound
from rules_svc.domain.request import Beneficiary, Facts, Item, Member, Request
from rules_svc.domain.simulation import SimulatedClaim

_ENROLLED = date(2010, 3, 1)
_FILED_WITHIN_DAYS = 130
_DAYS = 730


class ServiceAsked(Part):
    """A service, how often it is asked for, and between which amounts."""

    article: str
    weight: int
    from_: Cents = Field(alias="from")
    to: Cents
    service: str
    provider: str
    documents: Names
    specialty: str | None = None
    codes: Names = ()
    ssn_ticket: bool = False

    @cached_property
    def presented(self) -> frozenset[str]:
        """Return the documents, once for all claims."""
        return frozenset(self.documents)


class PopulationFile(Part):
    """The population of a plan, as its file gives it."""

    claims_a_person: int
    direct_share: Rate
    families: Names
    services: tuple[ServiceAsked, ...]


def read_population(plan_id: str) -> PopulationFile:
    """Read the population of a plan that the package carries.

    Raises: PlanNotFound when the plan has none.
    """
    path = Path(str(files("rules_svc"))) / "plans" / plan_id / "population.yaml"
    if not path.is_file():
        raise PlanNotFound(f"no synthetic population is described for {plan_id!r}")
    return PopulationFile.model_validate(read_yaml(path.read_text(encoding="utf-8")))


def synthetic_claims(
    population: PopulationFile, *, claims: int, seed: int, first_day: date
) -> Iterator[SimulatedClaim]:
    """Give claims received over two years from a day on, each of a person by chance; the same seed gives the same."""
    # Not cryptography: a simulation must be repeatable.
    chance = Random(seed)  # noqa: S311
    families = len(population.families)
    persons = _persons(population, max(1, claims // population.claims_a_person), chance, first_day.year)
    weights = [one.weight for one in population.services]
    for index in range(claims):
        (asked,) = chance.choices(population.services, weights)
        person = chance.randrange(len(persons))
        received = first_day + timedelta(days=index * _DAYS // claims)
        request = _request(asked, received, chance, direct=chance.randrange(10_000) < population.direct_share)
        yield SimulatedClaim(str(index), str(person // families), str(person), request, persons[person])


def _persons(population: PopulationFile, count: int, chance: Random, year: int) -> list[Facts]:
    made = []
    for index in range(count):
        relation = population.families[index % len(population.families)]
        born = date(year - 70 + chance.randrange(40), 1 + chance.randrange(12), 1 + chance.randrange(28))
        if relation == "child":
            born = date(year - 28 + chance.randrange(25), born.month, born.day)
        person = Beneficiary(relation, born, fiscally_dependent=None if relation == "member" else True)
        made.append(Facts(Member("employee", _ENROLLED, born), person))
    return made


def _request(asked: ServiceAsked, received: date, chance: Random, *, direct: bool) -> Request:
    amount = chance.randrange(asked.from_, asked.to)
    items = (Item(amount, 1, None, chance.choice(asked.codes)),) if asked.codes else ()
    return Request(
        mode="direct" if direct else "indirect",
        article=asked.article,
        expense_date=received - timedelta(days=chance.randrange(_FILED_WITHIN_DAYS)),
        received_on=received,
        amount_cents=amount,
        items=items,
        ssn_ticket=asked.ssn_ticket,
        provider_kind=asked.provider,
        provider_specialty=asked.specialty,
        service=asked.service,
        documents=asked.presented,
    )
