"""Let members ask the fund's office about their registration, and the office answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from claims_api.domain.errors import ChangeRequestNotFound, ConfirmationNotFound, MemberNotFound
from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.member import Category, Member
from claims_api.domain.office_request import OfficeRequest, OfficeRequestKind, OfficeRequestState, check_confirmation
from claims_api.use_cases.desk_ports import OfficeFilter
from claims_api.use_cases.find_case import own_documents
from claims_api.use_cases.ports import Tx
from claims_api.use_cases.register_member import member_event
from kit.clock import rome_date
from kit.ids import new_id

EMPLOYER = "employer"


@dataclass(frozen=True, slots=True)
class ConfirmationPapers:
    """The papers of article 1.5, by document id; the certificate may be a self-certification meanwhile."""

    certificate_id: UUID | None
    income_certificate_id: UUID | None
    mandate_id: UUID | None

    @property
    def given(self) -> list[UUID]:
        """Return the ids that were given."""
        return [one for one in (self.certificate_id, self.income_certificate_id, self.mandate_id) if one is not None]


async def ask_change(
    tx: Tx, *, member_id: UUID, subject: str, words: str, document_ids: Sequence[UUID], terms: FundTerms
) -> OfficeRequest:
    """Take in a request to change data; an employee's is for the employer, and the answer says so.

    Raises: MemberNotFound, DocumentNotFound.
    """
    member = await _member(tx, member_id)
    documents = await own_documents(tx, document_ids=document_ids, member_id=member_id)
    for_employer = terms.data_changes[member.category].redirect_to == EMPLOYER
    request = OfficeRequest(
        request_id=new_id(),
        kind=OfficeRequestKind.CHANGE,
        member_id=member_id,
        subject=subject,
        words=words,
        document_ids=tuple(one.document_id for one in documents),
        state=OfficeRequestState.FOR_EMPLOYER if for_employer else OfficeRequestState.OPEN,
        requested_at=tx.now,
        requested_by=tx.context.actor,
    )
    await tx.office.add(request)
    tx.audit("change_requested", entity="member", entity_id=member_id, request_id=str(request.request_id))
    return request


async def ask_confirmation(
    tx: Tx, *, member_id: UUID, retired_on: date, papers: ConfirmationPapers, words: str
) -> OfficeRequest:
    """Take in the confirmation of membership of who retires.

    Raises: MemberNotFound, DocumentNotFound, InvalidConfirmation, ConfirmationOpen.
    """
    member = await _member(tx, member_id)
    check_confirmation(
        member,
        retired_on=retired_on,
        today=rome_date(tx.now),
        has_certificate=papers.certificate_id is not None,
        has_income=papers.income_certificate_id is not None,
        has_mandate=papers.mandate_id is not None,
    )
    documents = await own_documents(tx, document_ids=papers.given, member_id=member_id)
    request = OfficeRequest(
        request_id=new_id(),
        kind=OfficeRequestKind.CONFIRMATION,
        member_id=member_id,
        subject="membership",
        words=words,
        document_ids=tuple(one.document_id for one in documents),
        state=OfficeRequestState.OPEN,
        requested_at=tx.now,
        requested_by=tx.context.actor,
        retired_on=retired_on,
    )
    await tx.office.add(request)
    tx.audit("membership_confirmation_asked", entity="member", entity_id=member_id)
    return request


async def answer_office_request(
    tx: Tx, *, request_id: UUID, kind: OfficeRequestKind, accept: bool, answer: str
) -> OfficeRequest:
    """Answer an open request; an accepted confirmation makes the member a pensioner from the day of asking.

    Raises: ChangeRequestNotFound, ConfirmationNotFound.
    """
    request = await tx.office.lock(request_id)
    if request is None or request.kind is not kind or request.state is not OfficeRequestState.OPEN:
        if kind is OfficeRequestKind.CONFIRMATION:
            raise ConfirmationNotFound("No such confirmation waits for the office.")
        raise ChangeRequestNotFound("No such request waits for the office.")
    state = OfficeRequestState.DONE if accept else OfficeRequestState.REFUSED
    answered = replace(request, state=state, answer=answer, answered_at=tx.now, answered_by=tx.context.actor)
    await tx.office.answer(answered)
    if accept and request.retired_on is not None:
        await _retire(tx, request, request.retired_on)
    tx.audit(f"{kind}_{state}", entity="member", entity_id=request.member_id, request_id=str(request_id))
    return answered


async def list_office_requests(tx: Tx, *, wanted: OfficeFilter) -> list[OfficeRequest]:
    """Return one page of requests, newest first."""
    found = await tx.office.page(wanted)
    tx.audit("office_requests_listed", entity="member", entity_id="*", shown=[str(one.request_id) for one in found])
    return found


async def _retire(tx: Tx, request: OfficeRequest, retired_on: date) -> None:
    member = await tx.members.lock(request.member_id)
    if member is None:
        raise MemberNotFound("There is no such member.")
    changed = replace(
        member,
        category=Category.PENSIONER,
        employer=None,
        retired_on=retired_on,
        # The day of asking counts for the three months, not that of the office's answer.
        confirmed_on=rome_date(request.requested_at),
        version=member.version + 1,
    )
    await tx.members.save(changed)
    tx.publish(member_event(changed))


async def _member(tx: Tx, member_id: UUID) -> Member:
    member = await tx.members.find(member_id)
    if member is None:
        raise MemberNotFound("There is no such member.")
    return member
