"""The cost by article under two versions of a plan, as a drawing (SVG) with no other file needed."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

_WIDTH, _LEFT, _RIGHT, _TOP = 960, 250, 190, 96
_ROW, _BAR, _FOOT = 44, 14, 44
_BEFORE, _AFTER, _MORE, _LESS, _INK, _FAINT = "#9aa5b1", "#1f5fa8", "#a33b20", "#1f7a4d", "#1b2430", "#dfe4ea"
_FONT = "font-family=\"'Source Sans 3','Segoe UI',Helvetica,Arial,sans-serif\""
_TITLE_LETTERS = 32
_TICKS = 4


def chart_svg(report: Mapping[str, Any], *, before: str, after: str) -> str:
    """Draw two bars an article, before and after, with the difference beside them; the articles keep their order."""
    articles = report["articles"]
    title = f"Costo per articolo, {_thousands(report['totals']['claims'])} richieste"
    height = _TOP + _ROW * max(1, len(articles)) + _FOOT
    highest = max([1, *(max(one["before_cents"], one["after_cents"]) for one in articles)])
    step = _step(highest)
    scale = (_WIDTH - _LEFT - _RIGHT) / max(highest, step)
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}" {_FONT} fill="{_INK}">'
    )
    parts = [
        opening,
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        *_heading(report, title, before, after),
        *_grid(highest, step, scale, height),
    ]
    for place, one in enumerate(articles):
        parts += _article(one, _TOP + _ROW * place, scale)
    return "\n".join([*parts, "</svg>", ""])


def _heading(report: Mapping[str, Any], title: str, before: str, after: str) -> Iterator[str]:
    totals = report["totals"]
    told = f"{_euros(totals['before_cents'])} → {_euros(totals['after_cents'])}  ({_signed(totals['delta_cents'])})"
    yield f'<text x="24" y="34" font-size="20" font-weight="600">{escape(title)}</text>'
    yield f'<text x="{_WIDTH - 24}" y="34" font-size="16" text-anchor="end">{told}</text>'
    yield f'<rect x="24" y="50" width="12" height="12" fill="{_BEFORE}"/>'
    yield f'<text x="42" y="61" font-size="13">{escape(before)}</text>'
    x = 60 + 7 * len(before)
    yield f'<rect x="{x}" y="50" width="12" height="12" fill="{_AFTER}"/>'
    yield f'<text x="{x + 18}" y="61" font-size="13">{escape(after)}</text>'


def _grid(highest: int, step: int, scale: float, height: int) -> Iterator[str]:
    for cents in range(0, highest + 1, step):
        x = _LEFT + cents * scale
        yield f'<line x1="{x:.1f}" y1="{_TOP - 8}" x2="{x:.1f}" y2="{height - _FOOT + 4}" stroke="{_FAINT}"/>'
        yield f'<text x="{x:.1f}" y="{height - 20}" font-size="12" text-anchor="middle">{_euros(cents)}</text>'


def _step(highest: int) -> int:
    """Return a round step that makes about four lines of the scale."""
    rough, step = highest / _TICKS, 1
    while step * 10 <= rough:
        step *= 10
    return next(step * factor for factor in (1, 2, 5, 10) if step * factor >= rough)


def _article(one: Mapping[str, Any], y: int, scale: float) -> Sequence[str]:
    title = one["title_it"]
    short = title if len(title) <= _TITLE_LETTERS else title[: _TITLE_LETTERS - 1].rstrip() + "…"
    longest = _LEFT + max(one["before_cents"], one["after_cents"]) * scale
    delta = one["delta_cents"]
    colour = _MORE if delta > 0 else _LESS if delta < 0 else _INK
    name = f'<text x="{_LEFT - 12}" text-anchor="end"'
    beside = f'<text x="{longest + 10:.1f}"'
    return [
        f'{name} y="{y + 14}" font-size="14" font-weight="600">{escape(one["article"])}</text>',
        f'{name} y="{y + 30}" font-size="12">{escape(short)}</text>',
        _bar(y + 2, one["before_cents"] * scale, _BEFORE),
        _bar(y + 3 + _BAR, one["after_cents"] * scale, _AFTER),
        f'{beside} y="{y + 13}" font-size="12">{_euros(one["after_cents"])}</text>',
        f'{beside} y="{y + 29}" font-size="13" font-weight="600" fill="{colour}">{_signed(delta)}</text>',
    ]


def _bar(y: int, width: float, colour: str) -> str:
    return f'<rect x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_BAR}" rx="2" fill="{colour}"/>'


def _euros(cents: int) -> str:
    """Write whole euros as Italians do: 1.234.567 €."""
    return _thousands(round(cents / 100)) + " €"


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _signed(cents: int) -> str:
    return ("+" if cents > 0 else "−") + _euros(abs(cents)) if cents else "="
