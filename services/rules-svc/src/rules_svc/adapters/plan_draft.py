"""A plan file that asks to be published."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import BaseModel

from kit.errors import FieldError
from rules_svc.adapters.plan_checks import faults_of
from rules_svc.adapters.plan_compiler import compile_plan
from rules_svc.adapters.plan_coverage import coverage_faults
from rules_svc.adapters.plan_lines import located
from rules_svc.adapters.plan_reader import PlanSource, read_plan
from rules_svc.adapters.plan_schema import Benefit, PlanFile
from rules_svc.adapters.scenarios import scenario_faults
from rules_svc.domain.events import PaymentTerms, PlanArticle, PlanPublished, TariffCode
from rules_svc.domain.request import MODES
from rules_svc.use_cases.ports import PlanDraft

EXTRA = "extra."
_STATUS = re.compile(r"^(\s+status:\s*)(?:draft|withdrawn)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FileDraft:
    """A plan version as its file gives it."""

    source: PlanSource
    scenarios: Mapping[str, str] = field(default_factory=dict)

    @property
    def fund(self) -> str:
        """Return the fund."""
        return self.source.file.plan.fund

    @property
    def effective_from(self) -> date:
        """Return the first day in force."""
        return self.source.file.plan.effective_from

    @property
    def plan_id(self) -> str:
        """Return the plan's id."""
        return self.source.file.plan.id

    @property
    def version(self) -> str:
        """Return the version."""
        return self.source.file.plan.version

    @property
    def hash(self) -> str:
        """Return the hash of the content."""
        return self.source.hash

    @property
    def content(self) -> Mapping[str, Any]:
        """Return the content as its file writes it."""
        return self.source.content

    def as_published(self) -> "FileDraft":
        """Return the same version with the status of a published one, in the text as in the content."""
        text = self.source.text
        if self.source.file.plan.status == "published" or text is None:
            return self
        return FileDraft(read_plan(_STATUS.sub(r"\g<1>published", text, count=1)), self.scenarios)

    def faults(self) -> list[FieldError]:
        """Return what is wrong with it, whatever came before: language, rule ids and, on a sound plan, scenarios."""
        return self._faults(None)

    def faults_after(self, previous: PlanDraft | None) -> list[FieldError]:
        """Return what forbids publishing it after the version before."""
        faults = self._faults(previous)
        status = self.source.file.plan.status
        if status != "published":
            faults.append(FieldError("/plan/status", "not_published", f"the status is {status}"))
        return faults

    def _faults(self, previous: PlanDraft | None) -> list[FieldError]:
        file = self.source.file
        faults = faults_of(file, previous.source.file if isinstance(previous, FileDraft) else None)
        faults += coverage_faults(file)
        if self.source.text is not None:
            faults = located(self.source.text, faults)
        return faults or list(scenario_faults(compile_plan(self.source), self.scenarios))

    def event(self) -> PlanPublished:
        """Return the event that tells others of it."""
        file = self.source.file
        plan, payment = file.plan, file.defaults.payment
        return PlanPublished(
            plan_id=plan.id,
            fund=plan.fund,
            version=plan.version,
            hash=self.hash,
            effective_from=plan.effective_from,
            effective_to=plan.effective_to,
            articles=[_article(file, number, benefit) for number, benefit in file.benefits.items()],
            notice_days={name: notice.days for name, notice in file.defaults.notice.items()},
            claim_lapse_days=file.defaults.suspended_lapse.days,
            payment=PaymentTerms(payment.threshold, payment.strictly_greater, list(payment.except_months)),
            filing_days=file.defaults.filing.days,
        )


def titles_of(source: PlanSource) -> dict[str, tuple[str, str]]:
    """Return the Italian and English title of every article that the plan names."""
    return {number: (title.it, title.en) for number, title in source.file.articles.items()}


def modes_of(benefit: Benefit) -> list[str]:
    """Return the modes in which an article pays."""
    return [mode for mode in MODES if mode in benefit.terms or "any" in benefit.terms]


def _article(file: PlanFile, number: str, benefit: Benefit) -> PlanArticle:
    bands = (benefit.beneficiaries or file.beneficiary_shares).bands
    return PlanArticle(
        article=number,
        title_it=benefit.title.it,
        title_en=benefit.title.en,
        kind=benefit.kind,
        modes=modes_of(benefit),
        codes=[TariffCode(code, row.title.it) for code, row in benefit.tariff.items()],
        branch=benefit.branch,
        documents=sorted({name for one in benefit.requires_evidence for name in (one.document, *one.or_)}),
        facts=sorted(set(_facts_read(benefit))),
        relations=sorted({relation for band in bands for relation in band.relationship}),
        filing_days=_filing_days(file, benefit),
    )


def _filing_days(file: PlanFile, benefit: Benefit) -> int | None:
    if not benefit.filing:
        return file.defaults.filing.days
    only = benefit.filing[0]
    counted = only.last_day if only.when is None else None
    if counted is None or counted.fact != "expense_date" or counted.month_day or counted.months:
        return None
    return counted.days


def _facts_read(value: object) -> Iterator[str]:
    """Find the extra facts that an article's conditions and amounts name."""
    if isinstance(value, str) and value.startswith(EXTRA):
        yield value.removeprefix(EXTRA)
    elif isinstance(value, BaseModel):
        for _, inner in value:
            yield from _facts_read(inner)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _facts_read(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _facts_read(inner)
