"""When a document is erased: the day before, of and after each boundary."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from claims_api.adapters.retention_file import all_retention_rules
from claims_api.domain.document import Document, DocumentState
from claims_api.domain.document_kinds import DocumentKind, MediaType
from claims_api.domain.errors import DocumentHeld
from claims_api.domain.retention import DocumentUse, EraseReason, erase_reason, erased, years_later

RULES = all_retention_rules()["fnm"]
DAY = date(2026, 3, 1)
NOT_USED = DocumentUse(in_sent_claims=False, last_step_on=None)
DOCUMENT = Document(
    document_id=UUID(int=1),
    member_id=UUID(int=2),
    kind=DocumentKind.INVOICE,
    media_type=MediaType.PDF,
    size_bytes=1,
    sha256="a",
    content_sha256="b",
    storage_key="k",
    duplicate_of=None,
    uploaded_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    uploaded_by="member:x",
    state=DocumentState.READY,
)
REFUSED = replace(DOCUMENT, state=DocumentState.REFUSED, storage_key=None, refusal="virus_found")
USED = DocumentUse(in_sent_claims=True, last_step_on=DAY)
CARD = replace(DOCUMENT, kind=DocumentKind.IDENTITY_CARD)


@pytest.mark.parametrize(
    ("document", "use", "last_day", "reason"),
    [
        (DOCUMENT, NOT_USED, DAY + timedelta(days=90), EraseReason.UNUSED),
        (REFUSED, NOT_USED, DAY + timedelta(days=30), EraseReason.REFUSED),
        (DOCUMENT, USED, date(2036, 3, 1), EraseReason.RETENTION),
        (CARD, USED, date(2028, 3, 1), EraseReason.RETENTION),
    ],
    ids=["unused", "refused", "used", "identity card"],
)
def test_boundaries(document: Document, use: DocumentUse, last_day: date, reason: EraseReason) -> None:
    def on(day: date, one: Document = document) -> EraseReason | None:
        return erase_reason(RULES, one, use, uploaded_on=DAY, today=day)

    assert [on(last_day - timedelta(days=1)), on(last_day), on(last_day + timedelta(days=1))] == [None, None, reason]
    held = replace(document, hold_reason="court")
    assert on(last_day + timedelta(days=4000), held) is None
    with pytest.raises(DocumentHeld):
        erased(held, reason, at=DOCUMENT.uploaded_at)


def test_an_open_claim_keeps_its_documents() -> None:
    use = DocumentUse(in_sent_claims=True, last_step_on=None)
    assert erase_reason(RULES, DOCUMENT, use, uploaded_on=DAY, today=date(2099, 1, 1)) is None


def test_the_leap_day_ends_in_march() -> None:
    assert years_later(date(2028, 2, 29), 10) == date(2038, 3, 1)
