"""The nomenclature against the published plan, read as the data that rules-svc publishes."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from booking_api.adapters.fund_terms_file import all_fund_terms
from booking_api.domain.nomenclature import BookableService, ServiceClass

PLANS = Path(__file__).parents[3] / "rules-svc/src/rules_svc/plans/fnm"
SERVICES = all_fund_terms()["fnm"].services
TOOTH_BY_TOOTH = {"tooth", "implant", "missing_tooth"}
ROWS_OF_THE_TARIFF = 47


@pytest.fixture(scope="module", params=sorted(PLANS.glob("*/plan.yaml")), ids=lambda path: path.parent.name)
def benefits(request: pytest.FixtureRequest) -> dict[str, Any]:
    plan: dict[str, Any] = yaml.safe_load(request.param.read_text(encoding="utf-8"))
    found: dict[str, Any] = plan["benefits"]
    return found


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_a_service_stands_under_an_article_of_the_plan(service: BookableService, benefits: dict[str, Any]):
    article = benefits[service.article]
    assert bool(service.tariff_code) == ("tariff" in article)
    row = article["tariff"][service.tariff_code] if service.tariff_code else {}
    assert service.per_tooth == (row.get("unit") in TOOTH_BY_TOOTH)
    named = article.get("service_class")
    if named in set(ServiceClass):
        assert service.service_class == named


def test_every_row_of_the_dental_tariff_can_be_booked(benefits: dict[str, Any]):
    rows = {(article, code) for article, benefit in benefits.items() for code in benefit.get("tariff", {})}
    assert len(rows) == ROWS_OF_THE_TARIFF
    assert rows == {(one.article, one.tariff_code) for one in SERVICES.values() if one.tariff_code}
    assert all("direct" in benefits[article]["terms"] for article, _ in rows)


def test_what_the_plan_pays_in_indirect_mode_only_is_known(benefits: dict[str, Any]):
    indirect = {code for code, one in SERVICES.items() if "direct" not in benefits[one.article]["terms"]}
    assert indirect == {"INP-STAY", "INP-DAY", "SUR-MINOR"}
