"""A comparison of two plans as JSON and as CSV."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from rules_svc.domain.simulation import Comparison, Sums

_LARGEST = 100
TABLES = ("articles", "members", "cases")


def report_of(comparison: Comparison, titles: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """Return the result as plain JSON.

    Shapes: `titles` maps an article to its Italian and English title. Units: cents.
    """
    moved = [(name, sums) for name, sums in comparison.members.items() if sums.delta_cents]
    largest = sorted(moved, key=lambda one: (-abs(one[1].delta_cents), one[0]))[:_LARGEST]
    return {
        "totals": _sums(comparison.total) | {"changed": comparison.changed},
        "articles": [
            {"article": article, "title_it": it, "title_en": en} | _sums(sums)
            for article, sums in sorted(comparison.articles.items(), key=lambda one: _order(one[0]))
            for it, en in [titles.get(article, (article, article))]
        ],
        "members": {
            "asking": len(comparison.members),
            "gaining": sum(sums.delta_cents > 0 for _, sums in moved),
            "losing": sum(sums.delta_cents < 0 for _, sums in moved),
            "gained_cents": sum(sums.delta_cents for _, sums in moved if sums.delta_cents > 0),
            "lost_cents": -sum(sums.delta_cents for _, sums in moved if sums.delta_cents < 0),
            "largest": [{"member": name} | _sums(sums) for name, sums in largest],
        },
        "outcomes": [
            {"before": before, "after": after, "claims": count}
            for (before, after), count in sorted(comparison.outcomes.items())
        ],
        "cases": [one._asdict() | {"expense_date": one.expense_date.isoformat()} for one in comparison.changes],
    }


def _order(article: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdecimal() else 0 for part in article.split("."))


def _sums(sums: Sums) -> dict[str, int]:
    return {
        "claims": sums.claims,
        "before_cents": sums.before_cents,
        "after_cents": sums.after_cents,
        "delta_cents": sums.delta_cents,
        "claims_gaining": sums.gaining,
        "claims_losing": sums.losing,
    }


def csv_of(report: Mapping[str, Any], table: str) -> str:
    """Return one table of a report as CSV with a heading."""
    text = io.StringIO()
    rows = list(_rows(report, table))
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else ["nothing"])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _rows(report: Mapping[str, Any], table: str) -> Iterator[Mapping[str, Any]]:
    yield from report["members"]["largest"] if table == "members" else report[table]
