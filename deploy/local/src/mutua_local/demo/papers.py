"""The papers that the demo's members photograph: invoices, prescriptions, tickets, as small real PDFs."""

import json
from datetime import date

import typst

from kit.money import format_eur

_SHEET = """
#let paper = json(bytes(sys.inputs.paper))
#set document(title: paper.title)
#set text(lang: "it", size: 11pt)
#set page(paper: "a5", margin: 18mm)
#text(14pt, weight: "bold")[#paper.issuer] \\
#paper.issuer_line
#v(8mm)
#text(weight: "bold")[#paper.title]
#v(2mm)
Intestato a: #paper.holder \\
Codice fiscale: #paper.fiscal_code \\
Data: #paper.date
#v(6mm)
#table(
  columns: (1fr, auto),
  stroke: 0.5pt + gray,
  ..paper.lines.map(line => (line.at(0), align(right)[#line.at(1)])).flatten(),
)
"""


def paper(  # noqa: PLR0913 (the parts of a paper)
    *,
    title: str,
    issuer: str,
    issuer_line: str,
    holder: str,
    fiscal_code: str,
    day: date,
    lines: list[tuple[str, int | None]],
) -> bytes:
    """Print one paper as PDF.

    Shapes: `lines` are a description and its amount in cents, None where the paper shows no amount.
    """
    content = {
        "title": title,
        "issuer": issuer,
        "issuer_line": issuer_line,
        "holder": holder,
        "fiscal_code": fiscal_code,
        "date": f"{day:%d/%m/%Y}",
        "lines": [[text, f"{format_eur(cents)} €" if cents is not None else ""] for text, cents in lines],
    }
    printed = typst.compile(_SHEET.encode(), format="pdf", sys_inputs={"paper": json.dumps(content)})
    return bytes(printed)
