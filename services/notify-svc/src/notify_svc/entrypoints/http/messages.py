"""The history of messages."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from kit.auth import Access, Caller
from kit.clock import ROME
from kit.commands import IdempotencyKey, run_command, run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page
from notify_svc.adapters.mail_templates import MailTemplates
from notify_svc.adapters.unit_of_work import NotifyTransaction
from notify_svc.bootstrap import Services
from notify_svc.domain.mail import LANGUAGES, Message, known_language
from notify_svc.domain.message_states import MessageState
from notify_svc.entrypoints.http.schemas import BounceView, MessageAttempt, MessageDetail, MessageSummary
from notify_svc.use_cases.ports import WantedMessages
from notify_svc.use_cases.read_messages import MessageStory, list_messages, read_message
from notify_svc.use_cases.resend_message import resend_message

Reader = Annotated[Caller, Depends(Access("member", "operator", own="member"))]
Operator = Annotated[Caller, Depends(Access("operator"))]


def _summary(templates: MailTemplates, message: Message, language: str) -> MessageSummary:
    subject = templates.subject(fund=message.fund, name=message.template, language=language, data=message.data)
    return MessageSummary(
        message_id=message.id,
        member_id=message.member_id,
        template=message.template,
        subject=subject,
        state=message.state,
        created_at=message.created_at,
        delivered_at=message.delivered_at,
        reason=message.reason,
    )


def _detail(templates: MailTemplates, story: MessageStory, *, staff: bool) -> MessageDetail:
    message, contact = story.message, story.contact
    language = known_language(contact.language if contact else None)
    mail = templates.render(
        fund=message.fund,
        name=message.template,
        language=language,
        first_name=contact.first_name if contact else "",
        data=message.data,
    )
    return MessageDetail(
        **_summary(templates, message, language).model_dump(),
        language=language,
        text=mail.text,
        has_attachment=message.document is not None,
        attempts=[MessageAttempt.model_validate(one, from_attributes=True) for one in story.attempts],
        bounces=[BounceView.of(one) for one in story.bounces],
        address_held_since=contact.held_since if contact and staff else None,
    )


def _midnight(day: date | None, *, days_later: int = 0) -> datetime | None:
    if day is None or day >= date.max:
        return None
    return datetime.combine(day + timedelta(days=days_later), time(), tzinfo=ROME)


def _wanted(
    caller: Reader,
    member_id: Annotated[UUID | None, Query(description="For operators: whose messages")] = None,
    state: MessageState | None = None,
    template: Annotated[str | None, Query(max_length=100, description="A name of `GET /v1/templates`")] = None,
    created_from: Annotated[date | None, Query(description="First day of writing, in Italy")] = None,
    created_to: Annotated[date | None, Query(description="Last day of writing, in Italy")] = None,
) -> WantedMessages:
    return WantedMessages(
        member_id=caller.owner_member_id or member_id,
        state=state,
        template=template,
        created_from=_midnight(created_from),
        created_before=_midnight(created_to, days_later=1),
    )


def messages_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/messages", tags=["messages"])

    @router.get("", response_model=Page[MessageSummary])
    async def list_own_messages(
        request: Request,
        caller: Reader,
        wanted: Annotated[WantedMessages, Depends(_wanted)],
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List messages, newest first: members see their own, operators those of a member or of all."""
        position = services.cursors.read(cursor)

        async def work(tx: NotifyTransaction) -> Page[MessageSummary]:
            found = await list_messages(
                tx,
                wanted=wanted,
                before=UUID(position[0]) if position else None,
                limit=limit + 1,
            )
            shown = found[:limit]
            more = len(found) > limit
            return Page(
                items=[_summary(services.templates, message, LANGUAGES[0]) for message in shown],
                next_cursor=services.cursors.write([shown[-1].id]) if more else None,
            )

        return await run_query(request, caller, uow=services.uow, work=work)

    @router.get("/{message_id}", response_model=MessageDetail)
    async def get_message(request: Request, caller: Reader, message_id: UUID) -> Response:
        """Show one message with its text as it would be written today; operators also see its way."""

        async def work(tx: NotifyTransaction) -> MessageDetail:
            owner = caller.owner_member_id
            story = await read_message(tx, message_id=message_id, owner_member_id=owner)
            return _detail(services.templates, story, staff=owner is None)

        return await run_query(request, caller, uow=services.uow, work=work)

    @router.post("/{message_id}/resend", response_model=MessageSummary, status_code=202)
    async def send_message_again(request: Request, caller: Operator, message_id: UUID, key: IdempotencyKey) -> Response:
        """Send a delivered or failed message once more, to the member's contact of today."""

        async def work(tx: NotifyTransaction) -> MessageSummary:
            message = await resend_message(tx, message_id=message_id)
            return _summary(services.templates, message, LANGUAGES[0])

        return await run_command(request, caller, uow=services.uow, key=key, status=202, work=work)

    return router
