"""A plan file that asks to be published."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from kit.errors import FieldError
from rules_svc.adapters.plan_checks import faults_of
from rules_svc.adapters.plan_reader import PlanSource
from rules_svc.adapters.plan_schema import Benefit, PlanFile
from rules_svc.domain.events import PaymentTerms, PlanArticle, PlanPublished, TariffCode
from rules_svc.domain.request import MODES
from rules_svc.use_cases.ports import PlanDraft

EXTRA = "extra."


@dataclass(frozen=True, slots=True)
class FileDraft:
    """A plan version as its file gives it."""

    source: PlanSource

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

    def faults_after(self, previous: PlanDraft | None) -> Sequence[FieldError]:
        """Return what forbids publishing it after the version before."""
        file = self.source.file
        faults = faults_of(file, previous.source.file if isinstance(previous, FileDraft) else None)
        if file.plan.status != "published":
            faults.append(FieldError("/plan/status", "not_published", f"the status is {file.plan.status}"))
        return faults

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
        )


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
    )


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
