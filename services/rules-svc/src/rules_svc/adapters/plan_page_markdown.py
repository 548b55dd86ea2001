"""The page of a plan as Markdown."""

from collections.abc import Iterable, Iterator

from rules_svc.adapters.plan_page import PlanPage, Section
from rules_svc.adapters.plan_page_parts import Line, Table

HOW_IT = {
    "checked": "verificata da {where}",
    "referred": "a una persona: {where}",
    "informative": "informativa: {where}",
    "unlisted": "NON ANCORA NEL PIANO",
}


def markdown_page(page: PlanPage) -> str:
    """Write the page as Markdown."""
    return "\n".join(_lines(page)) + "\n"


def _lines(page: PlanPage) -> Iterator[str]:
    yield f"# {page.title}"
    yield ""
    yield from (f"- {name}: {value}" for name, value in page.facts)
    for section in page.sections:
        yield from ("", f"## {section.number} {section.title}".rstrip())
        yield from _section(section)
    if page.readings:
        yield from ("", "## Letture", "")
        yield from (f"- **{'/'.join(one.margin)}** {one.text}" for one in page.readings)


def _section(section: Section) -> Iterator[str]:
    for block in section.blocks:
        if block.heading:
            yield from ("", f"### {block.heading}")
        yield ""
        yield from (_bullet(one) for one in block.lines)
        if block.table is not None:
            yield from _table(block.table)
    if section.elsewhere:
        yield from ("", "### Regole fuori dal piano", "")
        for one in section.elsewhere:
            how = HOW_IT[one.how].format(where="; ".join(one.where))
            yield f"- {one.rule.text} — {how} `{one.rule.id}`"


def _bullet(one: Line) -> str:
    text = f"**{one.text}**" if one.strong else one.text
    note = f" *{one.note}*" if one.note else ""
    return f"- {text}{note} {_margin(one.margin)}".rstrip()


def _margin(names: Iterable[str]) -> str:
    return " ".join(f"`{name}`" for name in names)


def _table(table: Table) -> Iterator[str]:
    yield "| " + " | ".join((*table.heads, "Regole")) + " |"
    yield "|" + "|".join("--:" if index in table.figures else "---" for index in range(len(table.heads))) + "|---|"
    for cells, margin in table.rows:
        yield "| " + " | ".join((*(cell.replace("|", "\\|") for cell in cells), _margin(margin))) + " |"
