"""Print statements: typst, PDF/A-2a and PDF/UA-1."""

import asyncio
import json
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import typst

TEMPLATE = Path(__file__).parent / "printed" / "statement.typ"


class TypstStatementPress:
    """Set one statement at a time, beside the requests; the same page of the same day has the same bytes."""

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()

    @cached_property
    def _compiler(self) -> typst.Compiler:
        return typst.Compiler(str(TEMPLATE), ignore_system_fonts=True)

    async def print_page(self, page: dict[str, Any], *, printed_on: date) -> bytes:
        """Return the PDF of a page's data."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._set, page, printed_on)

    def _set(self, page: dict[str, Any], printed_on: date) -> bytes:
        pdf = self._compiler.compile(
            format="pdf",
            sys_inputs={"data": json.dumps(page, ensure_ascii=False, sort_keys=True)},
            timestamp=datetime(printed_on.year, printed_on.month, printed_on.day, tzinfo=UTC),
            pdf_standards=["a-2a", "ua-1"],
        )
        if not isinstance(pdf, bytes):
            raise TypeError("typst gave no single document")
        return pdf
