"""The page of a plan as one HTML document that needs nothing else: no script, no font, no picture."""

from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files

from rules_svc.adapters.plan_page import PlanPage, Section
from rules_svc.adapters.plan_page_markdown import HOW_IT
from rules_svc.adapters.plan_page_parts import Block, Line, Table


def html_page(page: PlanPage) -> str:
    """Write the page as HTML."""
    return "\n".join(_document(page)) + "\n"


def _document(page: PlanPage) -> Iterator[str]:
    style = files("rules_svc").joinpath("adapters/plan_page.css").read_text(encoding="utf-8")
    yield f'<!doctype html>\n<html lang="it">\n<head>\n<meta charset="utf-8">\n<title>{escape(page.title)}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>\n{style}</style>\n</head>\n<body>\n<header>\n<h1>{escape(page.title)}</h1>\n<dl>"
    yield from (f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in page.facts)
    yield "</dl>\n</header>"
    yield from _contents(page)
    yield "<main>"
    for section in page.sections:
        yield from _section(section)
    yield from _readings(page.readings)
    yield "</main>\n</body>\n</html>"


def _contents(page: PlanPage) -> Iterator[str]:
    yield '<nav aria-label="Articoli">'
    for one in page.sections:
        missing = page.missing.get(one.number)
        mark = f' <span class="missing" title="regole non ancora nel piano">{missing}</span>' if missing else ""
        yield f'<a href="#a{escape(one.number)}"><b>{escape(one.number)}</b> {escape(one.title)}{mark}</a>'
    yield '<a href="#letture"><b>A</b> Letture</a>\n</nav>'


def _section(section: Section) -> Iterator[str]:
    number = escape(section.number)
    yield f'<section id="a{number}">\n<h2><span>{number}</span> {escape(section.title)}</h2>'
    for block in section.blocks:
        yield from _block(block)
    if section.elsewhere:
        yield "<details open>\n<summary>Regole fuori dal piano</summary>"
        for one in section.elsewhere:
            how = HOW_IT[one.how].format(where="; ".join(one.where))
            yield _row(Line(one.rule.text, (one.rule.id,), how), f"other {one.how}")
        yield "</details>"
    yield "</section>"


def _block(block: Block) -> Iterator[str]:
    if block.heading:
        yield f"<h3>{escape(block.heading)}</h3>"
    yield from (_row(one, "strong" if one.strong else "") for one in block.lines)
    if block.table is not None:
        yield from _table(block.table)


def _row(one: Line, kind: str) -> str:
    note = f"<small>{escape(one.note)}</small>" if one.note else ""
    return f'<div class="line {kind}"><p>{escape(one.text)}{note}</p>{_margin(one.margin)}</div>'


def _margin(names: Iterable[str]) -> str:
    marks = "".join(_mark(name) for name in names)
    return f"<aside>{marks}</aside>"


def _mark(name: str) -> str:
    if name.startswith("A") and name[1:].isdigit():
        return f'<a class="reading" href="#lettura-{escape(name)}">{escape(name)}</a>'
    return f"<code>{escape(name)}</code>"


def _table(table: Table) -> Iterator[str]:
    kinds = ["figure" if index in table.figures else "" for index in range(len(table.heads))]
    heads = "".join(
        f'<th scope="col" class="{kind}">{escape(head)}</th>' for head, kind in zip(table.heads, kinds, strict=True)
    )
    yield f"<table>\n<thead><tr>{heads}<th></th></tr></thead>\n<tbody>"
    for cells, margin in table.rows:
        row = "".join(f'<td class="{kind}">{escape(cell)}</td>' for cell, kind in zip(cells, kinds, strict=True))
        yield f"<tr>{row}<td>{_margin(margin)}</td></tr>"
    yield "</tbody>\n</table>"


def _readings(readings: Iterable[Line]) -> Iterator[str]:
    yield '<section id="letture">\n<h2><span>A</span> Letture</h2>'
    yield "<p>Come è letto ogni passo ambiguo della circolare.</p>"
    for one in readings:
        name = escape(one.margin[0])
        yield f'<div class="line" id="lettura-{name}"><p>{escape(one.text)}</p>{_margin(one.margin)}</div>'
    yield "</section>"
