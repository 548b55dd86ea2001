"""Issue the quota letter of an authorised booking."""

import hashlib

from booking_api.domain.booking import Booking, QuotaLetter
from booking_api.domain.booking_states import BookingState
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.viewer import Viewer
from booking_api.use_cases import booking_events
from booking_api.use_cases.ports import BookingTransaction, LetterArchive, LetterPress


async def print_quota_letter(
    booking: Booking, *, terms: FundTerms, press: LetterPress, archive: LetterArchive
) -> tuple[str, str]:
    """Print a letter into the archive and return its key and the SHA-256 of the bytes that lie there.

    Runs outside any transaction: the same booking gives the same bytes under the same key, so a crash before the
    state is written is repaired by doing it again.
    """
    key = f"letters/{booking.booking_id}.pdf"
    content = await press.print_letter(booking, terms=terms)
    await archive.put(key, content, fund=terms.fund)
    return key, hashlib.sha256(await archive.get(key)).hexdigest()


async def issue_quota_letter(tx: BookingTransaction, *, booking: Booking, key: str, sha256: str) -> bool:
    """Record a printed letter and tell the member; say whether it was wanted.

    A booking that was cancelled or has had its letter meanwhile is left alone.

    Raises: BookingNotFound.
    """
    locked = await tx.bookings.lock(booking.booking_id, Viewer())
    if locked.state is not BookingState.AUTHORISED:
        return False
    locked.send_letter(QuotaLetter(key, sha256, tx.now), actor=tx.context.actor)
    await tx.bookings.save(locked)
    tx.publish(booking_events.letter_ready(locked))
    tx.audit("quota_letter_issued", entity="booking", entity_id=locked.booking_id, person_id=locked.person_id)
    return True
