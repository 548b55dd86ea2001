"""The plan as a page to proofread beside the circular: article by article, in Italian, with the rule ids."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rules_svc.adapters.plan_coverage import RuleCoverage, cover, has_catalogue
from rules_svc.adapters.plan_italian import day, prettified
from rules_svc.adapters.plan_page_benefits import benefit_blocks
from rules_svc.adapters.plan_page_parts import Block, Line, line
from rules_svc.adapters.plan_page_rules import general_lines
from rules_svc.adapters.plan_reader import PlanSource
from rules_svc.adapters.plan_schema import PlanFile

_LAST = 10_000


@dataclass(frozen=True, slots=True)
class Section:
    """One article of the circular: what the plan does of it, and what is kept elsewhere."""

    number: str
    title: str
    blocks: tuple[Block, ...]
    elsewhere: tuple[RuleCoverage, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The whole page."""

    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    readings: tuple[Line, ...]
    missing: Mapping[str, int] = field(default_factory=dict)


def article_order(article: str) -> tuple[int, ...]:
    """Order 3.10 after 3.9; what is no number (the plan itself) first, the member guide last."""
    if article == "G":
        return (_LAST,)
    return tuple(int(part) for part in article.split(".")) if article.replace(".", "").isdigit() else ()


def plan_page(source: PlanSource) -> PlanPage:
    """Write a plan version as a page."""
    file = source.file
    covered = cover(file) if has_catalogue(file.plan.id) else []
    numbers = sorted({*file.articles, *file.benefits, *(one.rule.article for one in covered)}, key=article_order)
    general = general_lines(file, source.content)
    sections = [_section(source, number, general.get(number, ()), covered) for number in numbers]
    unlisted = {one.number: sum(rule.how == "unlisted" for rule in one.elsewhere) for one in sections}
    return PlanPage(
        title=file.plan.title.it,
        facts=tuple(_facts(source)),
        sections=tuple(one for one in sections if one.blocks or one.elsewhere),
        readings=tuple(Line(f"{one.question} — {one.choice}", (name,)) for name, one in file.readings.items()),
        missing={number: count for number, count in unlisted.items() if count},
    )


def _facts(source: PlanSource) -> Iterator[tuple[str, str]]:
    plan = source.file.plan
    yield "Fonte", plan.source.get("document", prettified(plan.source))
    until = f" al {day(plan.effective_to)} escluso" if plan.effective_to else ""
    yield "In vigore", f"per le spese dal {day(plan.effective_from)}{until}"
    yield "Versione", f"{plan.version} ({_STATUS[plan.status]})"
    yield "Impronta", source.hash


_STATUS: Mapping[str, str] = {"draft": "bozza", "published": "pubblicata", "withdrawn": "ritirata"}


def _section(source: PlanSource, number: str, general: tuple[Block, ...], covered: list[RuleCoverage]) -> Section:
    file = source.file
    benefit = file.benefits.get(number)
    blocks = list(general)
    if benefit is not None:
        blocks += benefit_blocks(file, benefit, source.content["benefits"][number])
        blocks += _limits(file, number)
    outside = tuple(one for one in covered if one.rule.article == number and not one.in_plan)
    title = file.articles[number].it if number in file.articles else _title(number, benefit)
    return Section(number, title, tuple(blocks), outside)


def _title(number: str, benefit: Any) -> str:
    return benefit.title.it if benefit is not None else {"0": "Entrata in vigore"}.get(number, "")


def _limits(file: PlanFile, number: str) -> Iterator[Block]:
    own = [limit for limit in file.accumulators.values() if limit.cite[0] == number]
    if own:
        yield Block("Massimali", tuple(_limit(limit) for limit in own))


def _limit(limit: Any) -> Line:
    modes = "comune alle due modalità" if limit.modes == "shared" else "distinto per ciascuna modalità"
    return line(f"{limit.title.it}: {modes}.", limit)
