"""Every event that rules-svc publishes, with the example of its contract."""

from datetime import date
from typing import Any
from uuid import UUID

from rules_svc.domain.events import (
    BookingAdjudicated,
    ClaimAdjudicated,
    MissingText,
    PaymentTerms,
    PlanArticle,
    PlanPublished,
    ReasonText,
    StepText,
    TariffCode,
)

_CLAIM = UUID("01932e60-5b00-7000-8000-000000000011")
_BOOKING = UUID("01932e60-5b00-7000-8000-000000000012")
_DECISION = UUID("01932e60-5b00-7000-8000-000000000013")
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
)

PUBLISHED: dict[type[Any], Any] = {
    ClaimAdjudicated: ClaimAdjudicated(
        claim_id=_CLAIM,
        revision=1,
        decision_id=_DECISION,
        outcome="pay",
        requested_cents=15000,
        payable_cents=9000,
        plan_id="fnm",
        plan_version="2023-07-01",
        plan_hash=_HASH,
        missing=[_MISSING],
        reasons=[_REASON],
        steps=_STEPS,
        review=None,
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
            )
        ],
        notice_days={"outpatient": 2, "eye_surgery": 5},
        claim_lapse_days=60,
        payment=PaymentTerms(threshold_cents=5000, strictly_greater=True, except_months=[12]),
    ),
}
