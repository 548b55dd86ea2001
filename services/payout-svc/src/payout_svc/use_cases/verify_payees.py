"""Ask whether names and IBANs belong together, and keep what the banks answer."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from kit.ids import new_id
from payout_svc.domain.errors import NothingToVerify
from payout_svc.domain.payee_hold import Hold, HoldKind
from payout_svc.domain.verification import VerificationAnswer, VerificationRequest, VerificationResult
from payout_svc.use_cases.ports import Work

VERIFIER = "system:verification"


@dataclass(frozen=True, slots=True)
class AnswersTaken:
    """What answers have changed: counts per result, answers that came before, and references that are not ours."""

    results: Counter[VerificationResult] = field(default_factory=Counter)
    unchanged: int = 0
    unmatched: Sequence[str] = ()


async def request_verification(tx: Work, *, requested_by: str) -> tuple[UUID, int]:
    """Make a batch of every payee with an open balance whose present name and IBAN nobody has answered about.

    Raises: NothingToVerify.
    """
    batch_id = new_id()
    count = await tx.verifications.request(batch_id, requested_by=requested_by, at=tx.now)
    if count == 0:
        raise NothingToVerify("every payee with an open balance is verified, or has been asked about")
    tx.audit("payee_verification_requested", entity="payee_verification", entity_id=batch_id, payees=count)
    return batch_id, count


async def record_verification(
    tx: Work, *, batch_id: UUID, answers: Sequence[VerificationAnswer], answered_by: str
) -> AnswersTaken:
    """Keep the answers on the accounts; one that does not match is held. The same answer again changes nothing.

    Raises: VerificationNotFound.
    """
    open_requests = await tx.verifications.lock_open(batch_id)
    known = await tx.verifications.references(batch_id)
    taken: dict[str, VerificationAnswer] = {a.reference: a for a in answers if a.reference in open_requests}
    await tx.verifications.answer(list(taken.values()), answered_by=answered_by, at=tx.now)
    for reference, answer in taken.items():
        if answer.result is VerificationResult.NO_MATCH:
            await tx.holds.place(_mismatch(tx, open_requests[reference]))
    tx.audit("payee_verification_answered", entity="payee_verification", entity_id=batch_id, answers=len(taken))
    unmatched = sorted({answer.reference for answer in answers} - set(known))
    return AnswersTaken(
        results=Counter(answer.result for answer in taken.values()),
        unchanged=len({answer.reference for answer in answers}) - len(taken) - len(unmatched),
        unmatched=unmatched,
    )


def _mismatch(tx: Work, request: VerificationRequest) -> Hold:
    return Hold(
        hold_id=new_id(),
        payee_kind=request.payee_kind,
        payee_id=request.payee_id,
        kind=HoldKind.IBAN_MISMATCH,
        reason="the payee's bank says that the account is somebody else's",
        placed_by=VERIFIER,
        placed_at=tx.now,
        iban=request.iban,
    )
