"""Record that a member lets somebody else file, take it back, and ask for it before anybody does."""

from datetime import date
from uuid import UUID

from claims_api.domain.case import Channel
from claims_api.domain.check_errors import FilingConsentMissing, FilingConsentNotFound
from claims_api.domain.check_events import FilingConsentChanged
from claims_api.domain.errors import MemberNotFound
from claims_api.domain.filing_consent import ConsentWay, FilingConsent, Helper, check_filing_consent
from claims_api.domain.fund_terms import FundTerms
from claims_api.use_cases.ports import Tx
from kit.clock import rome_date
from kit.ids import new_id


async def give_filing_consent(  # noqa: PLR0913 (what a consent is made of)
    tx: Tx,
    *,
    member_id: UUID,
    way: ConsentWay,
    given_on: date | None,
    version: str,
    terms: FundTerms,
    delegate_member_id: UUID | None = None,
) -> FilingConsent:
    """Record a consent, and tell the member that it is there.

    Raises: MemberNotFound, InvalidFilingConsent.
    """
    if await tx.members.find(member_id) is None:
        raise MemberNotFound("There is no such member.")
    consent = FilingConsent(
        consent_id=new_id(),
        member_id=member_id,
        delegate_member_id=delegate_member_id,
        version=version,
        way=way,
        given_on=given_on or rome_date(tx.now),
        recorded_by=tx.context.actor,
        recorded_at=tx.now,
    )
    check_filing_consent(consent, version=terms.filing_consent.version, today=rome_date(tx.now))
    await tx.filing_consents.give(consent)
    tx.publish(_event(consent))
    tx.audit(
        "filing_consent_given",
        entity="member",
        entity_id=member_id,
        consent_id=str(consent.consent_id),
        version=version,
        way=way,
        given_on=str(consent.given_on),
        delegate=str(delegate_member_id) if delegate_member_id else None,
    )
    return consent


async def withdraw_filing_consent(tx: Tx, *, consent_id: UUID, member_id: UUID) -> FilingConsent:
    """End a consent: nobody files on it from now on; what was filed stays.

    Raises: FilingConsentNotFound.
    """
    ended = await tx.filing_consents.withdraw(consent_id, member_id=member_id, by=tx.context.actor, at=tx.now)
    if ended is None:
        raise FilingConsentNotFound("No such consent stands.")
    tx.publish(_event(ended))
    tx.audit("filing_consent_withdrawn", entity="member", entity_id=member_id, consent_id=str(consent_id))
    return ended


async def end_delegates_consent(tx: Tx, *, member_id: UUID, delegate_member_id: UUID) -> None:
    """End the consent that came with a delegation, where it stands."""
    standing = await tx.filing_consents.standing(member_id=member_id, delegate_member_id=delegate_member_id)
    if standing is not None:
        await withdraw_filing_consent(tx, consent_id=standing.consent_id, member_id=member_id)


async def list_filing_consents(tx: Tx, *, member_id: UUID) -> list[FilingConsent]:
    """Return every consent of a member, the newest first."""
    tx.audit("filing_consents_read", entity="member", entity_id=member_id)
    return await tx.filing_consents.of_member(member_id)


async def require_filing_consent(
    tx: Tx, *, member_id: UUID, channel: Channel, helper: Helper | None, terms: FundTerms
) -> None:
    """Refuse that somebody files for a member who has not consented to the text in force.

    A request on paper bears the member's own signature.
    Raises: FilingConsentMissing.
    """
    if helper is None or (channel is Channel.PAPER and helper.delegate_member_id is None):
        return
    standing = await tx.filing_consents.standing(member_id=member_id, delegate_member_id=helper.delegate_member_id)
    if standing is None or standing.version != terms.filing_consent.version:
        raise FilingConsentMissing(
            "The member has not consented that you file in their place: record the consent first with"
            f" POST /v1/members/{member_id}/filing-consents, or let the member give the delegation again.",
            version=terms.filing_consent.version,
        )


def _event(consent: FilingConsent) -> FilingConsentChanged:
    return FilingConsentChanged(
        consent_id=consent.consent_id,
        member_id=consent.member_id,
        state="given" if consent.withdrawn_at is None else "withdrawn",
        helper="office" if consent.delegate_member_id is None else "delegate",
        way=consent.way,
        given_on=consent.given_on,
        changed_on=rome_date(consent.withdrawn_at or consent.recorded_at),
    )
