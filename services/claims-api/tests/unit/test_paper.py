from datetime import date

import pytest

from claims_api.domain.document_kinds import DocumentKind
from claims_api.domain.paper import GivenPaper, PaperRule, wallet
from kit.ids import new_id

KINDS = frozenset({DocumentKind.PRESCRIPTION})
GLASSES = PaperRule("3.8", KINDS, minor_years=3)
AID = PaperRule("3.9", KINDS, years=2)
SCHOOL = PaperRule("7.9", KINDS, school_year=True)


@pytest.mark.parametrize(
    ("rule", "issued_on", "born_on", "good", "bad"),
    [
        (GLASSES, date(2020, 5, 4), date(2002, 5, 4), date(2050, 1, 1), None),  # 18 on that very day: for life
        (GLASSES, date(2020, 5, 3), date(2002, 5, 4), date(2023, 5, 3), date(2023, 5, 4)),
        (AID, date(2024, 2, 29), date(1970, 1, 1), date(2026, 2, 28), date(2026, 3, 1)),
        (SCHOOL, date(2025, 8, 31), date(2015, 1, 1), date(2025, 8, 31), date(2025, 9, 1)),
        (SCHOOL, date(2025, 9, 1), date(2015, 1, 1), date(2026, 8, 31), date(2025, 8, 31)),
    ],
)
def test_how_long_a_paper_serves(rule: PaperRule, issued_on: date, born_on: date, good: date, bad: date | None) -> None:
    person = new_id()
    given = GivenPaper(
        new_id(), DocumentKind.PRESCRIPTION, person, rule.article, date(2026, 1, 1), f"{issued_on}", issued_on, False
    )
    (paper,) = wallet([given], [rule], {person: born_on})
    assert paper.valid_on(good)
    assert bad is None or not paper.valid_on(bad)
