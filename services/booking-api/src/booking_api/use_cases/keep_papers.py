"""Keep the papers that facilities upload."""

from uuid import UUID

from booking_api.domain.dispensing import PaperKind
from booking_api.domain.paper import MediaType, Paper
from booking_api.domain.viewer import Viewer
from booking_api.use_cases.ports import BookingTransaction


async def add_paper(  # noqa: PLR0913 (one argument a fact of the file)
    tx: BookingTransaction,
    *,
    paper_id: UUID,
    booking_id: UUID,
    viewer: Viewer,
    kind: PaperKind,
    media_type: MediaType,
    size_bytes: int,
    sha256: str,
    storage_key: str,
) -> Paper:
    """Record a paper whose bytes lie in the store.

    Raises: BookingNotFound.
    """
    booking = await tx.bookings.get(booking_id, viewer)
    paper = Paper(
        paper_id=paper_id,
        booking_id=booking_id,
        facility_id=booking.facility.facility_id,
        kind=kind,
        media_type=media_type,
        size_bytes=size_bytes,
        sha256=sha256,
        storage_key=storage_key,
        uploaded_at=tx.now,
        uploaded_by=tx.context.actor,
    )
    await tx.dispensing.add_paper(paper)
    tx.audit("paper_added", entity="booking", entity_id=booking_id, person_id=booking.person_id, kind=str(kind))
    return paper


async def read_paper(tx: BookingTransaction, *, paper_id: UUID, viewer: Viewer) -> Paper:
    """Return a paper; each reading is on record with the person.

    Raises: PaperNotFound, BookingNotFound.
    """
    paper = await tx.dispensing.paper(paper_id, viewer.facility_id)
    booking = await tx.bookings.get(paper.booking_id, viewer)
    tx.audit("paper_read", entity="paper", entity_id=paper_id, person_id=booking.person_id, kind=str(paper.kind))
    return paper
