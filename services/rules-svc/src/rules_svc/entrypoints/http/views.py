"""From plans, quotes and standings to the JSON of the public API."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from rules_svc.adapters.plan_draft import modes_of
from rules_svc.adapters.plan_reader import PlanSource
from rules_svc.adapters.plan_schema import Benefit, PlanFile
from rules_svc.domain.decision import Decision
from rules_svc.domain.errors import ArticleNotFound
from rules_svc.domain.quote import Quote
from rules_svc.domain.standing import Standing
from rules_svc.domain.texts import Texts
from rules_svc.entrypoints.http import schemas
from rules_svc.entrypoints.http.quote_schemas import BatchLine
from rules_svc.use_cases.adjudicate import texts_of
from rules_svc.use_cases.quote_batch import Nothing
from rules_svc.use_cases.read_limits import PersonStanding

_NOTHING_IT = "Il piano non prevede questa prestazione in quella data"


def plan_view(source: PlanSource) -> schemas.PlanView:
    """Show a plan."""
    file = source.file
    plan = file.plan
    articles = [
        schemas.ArticleLine(
            article=number,
            title_it=benefit.title.it,
            title_en=benefit.title.en,
            kind=benefit.kind,
            modes=modes_of(benefit),
        )
        for number, benefit in file.benefits.items()
    ]
    return schemas.PlanView(
        plan_id=plan.id,
        version=plan.version,
        hash=source.hash,
        title_it=plan.title.it,
        title_en=plan.title.en,
        effective_from=plan.effective_from,
        effective_to=plan.effective_to,
        articles=articles,
        notice_days={name: notice.days for name, notice in file.defaults.notice.items()},
        suspended_lapse_days=file.defaults.suspended_lapse.days,
        payment_threshold_cents=file.defaults.payment.threshold,
        readings=[
            schemas.ReadingView(id=name, question=one.question, choice=one.choice)
            for name, one in file.readings.items()
        ],
    )


def article_view(source: PlanSource, article: str) -> schemas.ArticleView:
    """Show one article.

    Raises: ArticleNotFound when the plan has no such article.
    """
    file = source.file
    benefit = file.benefits.get(article)
    if benefit is None:
        raise ArticleNotFound(f"the plan has no article {article}")
    told = (*benefit.exclusions, *(file.defaults.exclusions if benefit.default_exclusions else ()))
    return schemas.ArticleView(
        plan_id=file.plan.id,
        version=file.plan.version,
        article=article,
        title_it=benefit.title.it,
        title_en=benefit.title.en,
        kind=benefit.kind,
        rules=list(benefit.rules),
        terms=_terms(file, benefit),
        tariff=_tariff(benefit),
        evidence=_evidence(file, benefit),
        exclusions=[
            schemas.ExclusionView(code=one.code, articles=list(one.cite), text_it=one.text.it, text_en=one.text.en)
            for one in told
        ],
    )


def _terms(file: PlanFile, benefit: Benefit) -> list[schemas.TermsView]:
    return [
        schemas.TermsView(
            mode=mode,
            rate_bps=terms.reimbursement_rate,
            per_item_cents=terms.per_item,
            limits=[
                schemas.LimitTermsView(
                    limit_id=name,
                    title_it=file.accumulators[name].title.it,
                    title_en=file.accumulators[name].title.en,
                    measure=file.accumulators[name].measure,
                    ceiling=amount,
                )
                for name, amount in terms.accumulators.items()
            ],
        )
        for mode, terms in benefit.terms.items()
    ]


def _tariff(benefit: Benefit) -> list[schemas.TariffRowView]:
    return [
        schemas.TariffRowView(
            code=code,
            title_it=row.title.it,
            title_en=row.title.en,
            unit=row.unit,
            indirect_cents=row.indirect,
            direct_cents=row.direct,
            count_limits=row.count_limit,
        )
        for code, row in benefit.tariff.items()
    ]


def _evidence(file: PlanFile, benefit: Benefit) -> list[schemas.EvidenceView]:
    return [
        schemas.EvidenceView(
            document=needed.document,
            alternatives=list(needed.or_),
            name_it=file.documents[needed.document].name.it,
            name_en=file.documents[needed.document].name.en,
            first_claim_only=needed.first_claim_only,
        )
        for needed in benefit.requires_evidence
    ]


def standing_view(standing: Standing) -> schemas.StandingView:
    """Show a standing."""
    limit = standing.limit
    return schemas.StandingView(
        limit_id=limit.id,
        title_it=limit.title.it,
        title_en=limit.title.en,
        article=standing.article,
        measure=limit.measure,
        mode=standing.mode,
        window=standing.window,
        ceiling=standing.ceiling,
        consumed=standing.consumed,
        reserved=standing.reserved,
        left=standing.left,
        until=standing.until,
    )


def person_standing_view(found: PersonStanding) -> schemas.PersonStandingView:
    """Show the standing of one person of a family."""
    known = found.person
    shown = standing_view(found.standing).model_dump()
    return schemas.PersonStandingView(**shown, person_id=known.person_id, relation=known.beneficiary.relation)


def _mode_quote(decision: Decision | None, texts: Texts) -> schemas.ModeQuote | None:
    if decision is None:
        return None
    steps, reasons, missing = texts_of(decision, texts)
    return schemas.ModeQuote(
        outcome=decision.outcome,
        payable_cents=decision.payable_cents,
        member_share_cents=decision.requested_cents - decision.payable_cents,
        steps=[schemas.StepView(**asdict(one)) for one in steps],
        reasons=[schemas.ReasonView(**asdict(one)) for one in reasons],
        documents=[schemas.MissingView(**asdict(one)) for one in missing],
    )


def quote_view(quote: Quote, person_id: UUID, texts: Texts) -> schemas.QuoteView:
    """Show both modes side by side, for a known person."""
    return schemas.QuoteView(**_priced(quote, texts), person_id=person_id)


def anonymous_quote_view(quote: Quote, texts: Texts) -> schemas.PricedView:
    """Show both modes side by side, for nobody in particular."""
    return schemas.PricedView(**_priced(quote, texts))


def _priced(quote: Quote, texts: Texts) -> dict[str, Any]:
    return {
        "article": quote.article,
        "plan_id": quote.plan.plan_id,
        "plan_version": quote.plan.version,
        "indirect": _mode_quote(quote.decisions.get("indirect"), texts),
        "direct": _mode_quote(quote.decisions.get("direct"), texts),
        "limits": [standing_view(one) for one in quote.standings],
    }


def batch_line(key: str, quoted: Decision | Nothing, texts: Texts) -> BatchLine:
    """Show what one service of a batch would give."""
    if isinstance(quoted, Nothing):
        reason = schemas.ReasonView(code=quoted.code, article="", text_it=_NOTHING_IT, text_en=quoted.message)
        return BatchLine(
            key=key, outcome=None, article=None, payable_cents=None, member_share_cents=None, reasons=[reason]
        )
    return BatchLine(
        key=key,
        outcome=quoted.outcome,
        article=quoted.article,
        payable_cents=quoted.payable_cents,
        member_share_cents=quoted.requested_cents - quoted.payable_cents,
        reasons=[schemas.ReasonView(**asdict(one)) for one in texts_of(quoted, texts)[1]],
    )
