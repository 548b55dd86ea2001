"""Every event that rules-svc publishes, with the example of its contract."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from rules_svc.domain.events import (
    BookingAdjudicated,
    BookingReviewCounted,
    BookingReviewRefused,
    ClaimAdjudicated,
    Instalment,
    InstalmentDecided,
    LedgerReconciled,
    MissingText,
    PaymentTerms,
    PlanArticle,
    PlanPublished,
    PlanWithdrawn,
    ReasonText,
    ReviewCounted,
    ReviewRefused,
    StepText,
    TariffCode,
)
from rules_svc.domain.reconciliation import DecidedTotal, LedgerDifference

_CLAIM = UUID("01932e60-5b00-7000-8000-000000000011")
_BOOKING = UUID("01932e60-5b00-7000-8000-000000000012")
_DECISION = UUID("01932e60-5b00-7000-8000-000000000013")
_REVIEW = UUID("01932e60-5b00-7000-8000-000000000014")
_INSTALMENT = UUID("01932e60-5b00-7000-8000-000000000015")
_MEMBER = UUID("01932e60-5b00-7000-8000-000000000016")
_HASH = "fdc7e3e7cd802d59f0d5d4f35054a31f63d2008a56ef2a40a536c00c5e14c459"

_STEPS = [
    StepText(
        code="requested",
        article="3.6",
        before_cents=15000,
        after_cents=15000,
        text_it="Richiesta di 150,00 € in modalità indiretta, art. 3.6.",
        text_en="Request of €150.00 in indirect mode, article 3.6.",
    ),
    StepText(
        code="rate",
        article="3.6",
        before_cents=15000,
        after_cents=9750,
        text_it="65 % di 150,00 € = 97,50 € (art. 3.6, modalità indiretta).",
        text_en="65% of €150.00 = €97.50 (article 3.6, indirect mode).",
    ),
    StepText(
        code="item_cap",
        article="3.6",
        before_cents=9750,
        after_cents=9000,
        text_it="Massimo per prestazione 90,00 €: 90,00 € (art. 3.6).",
        text_en="Limit per service €90.00: €90.00 (article 3.6).",
    ),
]
_MISSING = MissingText(
    document="prescription",
    article="3.8",
    text_it="Manca: prescrizione del medico oculista (art. 3.8).",
    text_en="Missing: prescription by an ophthalmologist (article 3.8).",
)
_REASON = ReasonText(
    code="excluded",
    article="3.6",
    text_it="Non sussidiabile: visita di medico generico (art. 3.6).",
    text_en="Not covered: visit by a general practitioner (article 3.6).",
    remedy_it="Sarebbe sussidiabile solo se non si trattasse di: visita di medico generico.",
    remedy_en="It would be covered only if it were not: visit by a general practitioner.",
)

PUBLISHED: dict[type[Any], Any] = {
    ClaimAdjudicated: ClaimAdjudicated(
        claim_id=_CLAIM,
        revision=1,
        decision_id=_DECISION,
        outcome="pay",
        requested_cents=15000,
        requested_eur_cents=15000,
        payable_cents=9000,
        plan_id="fnm",
        plan_version="2023-07-01",
        plan_hash=_HASH,
        missing=[_MISSING],
        reasons=[_REASON],
        steps=_STEPS,
        review=None,
        instalments=[
            Instalment(number=1, due_on=date(2026, 11, 2), amount_cents=9000),
            Instalment(number=2, due_on=date(2027, 11, 2), amount_cents=9000),
        ],
    ),
    BookingAdjudicated: BookingAdjudicated(
        booking_id=_BOOKING,
        decision_id=_DECISION,
        outcome="pay",
        price_cents=12000,
        fund_share_cents=9000,
        member_share_cents=3000,
        missing=[_MISSING],
        reasons=[_REASON],
        steps=_STEPS,
    ),
    ReviewCounted: ReviewCounted(
        review_id=_REVIEW,
        claim_id=_CLAIM,
        revision=1,
        decision_id=_DECISION,
        payable_cents=9000,
        plan_version="2023-07-01",
        steps=_STEPS,
    ),
    BookingReviewCounted: BookingReviewCounted(
        matter_id=_REVIEW,
        booking_id=_BOOKING,
        granted_cents=9500,
        delta_cents=500,
        decision_id=_DECISION,
        plan_version="2023-07-01",
        steps=_STEPS,
    ),
    BookingReviewRefused: BookingReviewRefused(
        matter_id=_REVIEW,
        booking_id=_BOOKING,
        granted_cents=12000,
        delta_cents=3000,
        limit="specialist_visits",
        most_cents=500,
        reasons=[_REASON],
    ),
    ReviewRefused: ReviewRefused(
        review_id=_REVIEW,
        claim_id=_CLAIM,
        revision=1,
        payable_cents=45000,
        reasons=[
            ReasonText(
                code="grant_over_limit",
                article="3.8",
                text_it="Il pagamento supererebbe il massimale di 400,00 € (occhiali): al massimo 250,00 € (art. 3.8).",
                text_en="The payment would pass the limit of €400.00 (glasses): at most €250.00 (article 3.8).",
            )
        ],
    ),
    InstalmentDecided: InstalmentDecided(
        instalment_id=_INSTALMENT,
        claim_id=_CLAIM,
        decision_id=_DECISION,
        member_id=_MEMBER,
        article="7.2",
        number=2,
        outcome="pay",
        payable_cents=45000,
        plan_version="2023-07-01",
        reasons=[],
        steps=_STEPS,
    ),
    LedgerReconciled: LedgerReconciled(
        fund="fnm",
        month=date(2026, 11, 1),
        through_on=date(2026, 12, 1),
        reconciled_at=datetime(2026, 12, 1, 1, 0, tzinfo=UTC),
        decisions=3,
        postings=4,
        balances=2,
        totals=[
            DecidedTotal(kind="booking", on=date(2026, 11, 3), decisions=1, payable_cents=9000),
            DecidedTotal(kind="claim", on=date(2026, 11, 2), decisions=1, payable_cents=9000),
        ],
        differing=1,
        differences=[
            LedgerDifference(check="balance_consumed", id=f"{_MEMBER}/glasses/2026-2027", expected=24000, actual=24100)
        ],
    ),
    PlanPublished: PlanPublished(
        plan_id="fnm",
        fund="fnm",
        version="2023-07-01",
        hash=_HASH,
        effective_from=date(2023, 7, 1),
        effective_to=None,
        articles=[
            PlanArticle(
                article="5.1",
                title_it="Cure dentarie",
                title_en="Dental care",
                kind="tariff",
                modes=["indirect", "direct"],
                codes=[TariffCode(code="1001", title="Visita di controllo")],
                branch="health",
                documents=["dental_form", "invoice"],
                facts=["temporary"],
                relations=["child", "member", "spouse"],
                filing_days=120,
            )
        ],
        notice_days={"outpatient": 2, "eye_surgery": 5},
        claim_lapse_days=60,
        payment=PaymentTerms(threshold_cents=5000, strictly_greater=True, except_months=[12]),
        filing_days=120,
    ),
    PlanWithdrawn: PlanWithdrawn(
        plan_id="fnm",
        fund="fnm",
        version="2027-01-01",
        hash=_HASH,
        effective_from=date(2027, 1, 1),
        effective_to=None,
        withdrawn_on=date(2027, 1, 12),
        reason="3.8: limite di 450,00 € indicato come 540,00 €",
    ),
}
