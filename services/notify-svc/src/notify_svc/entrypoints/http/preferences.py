"""Which messages a member wants by e-mail."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from kit.auth import Access, Caller
from kit.commands import run_command, run_query
from kit.errors import FieldError, InvalidInput
from notify_svc.adapters.mail_templates import MailTemplates
from notify_svc.adapters.unit_of_work import NotifyTransaction
from notify_svc.bootstrap import Services
from notify_svc.domain.mail import Contact, known_language
from notify_svc.domain.preferences import Preferences
from notify_svc.entrypoints.http.schemas import MessageChoice, NotificationPreferences, PreferenceChange
from notify_svc.use_cases.change_preferences import change_preferences, read_preferences

Reader = Annotated[Caller, Depends(Access("member", "operator", own="member"))]
MemberId = Annotated[UUID | None, Query(description="For operators, who must name the member")]


def _whose(caller: Caller, member_id: UUID | None) -> UUID:
    whose = caller.owner_member_id or member_id
    if whose is None:
        fault = FieldError("/query/member_id", "required", "name the member")
        raise InvalidInput("whose preferences?", errors=[fault])
    return whose


def _view(
    templates: MailTemplates, fund: str, preferences: Preferences, contact: Contact | None
) -> NotificationPreferences:
    language = known_language(contact.language if contact else None)
    optional = templates.optional(fund)
    return NotificationPreferences(
        member_id=preferences.member_id,
        language=language,
        address_works=contact.reachable if contact else None,
        declined=sorted(preferences.declined & optional),
        messages=[
            MessageChoice(
                name=name,
                title=templates.title(name, language),
                optional=name in optional,
                by_email=name not in optional or name not in preferences.declined,
            )
            for name in templates.names(fund)
        ],
    )


def preferences_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/notification-preferences", tags=["messages"])

    @router.get("", response_model=NotificationPreferences)
    async def get_notification_preferences(request: Request, caller: Reader, member_id: MemberId = None) -> Response:
        """Show which messages a member receives by e-mail; the language is the one of the member's contact."""
        whose = _whose(caller, member_id)

        async def work(tx: NotifyTransaction) -> NotificationPreferences:
            preferences, contact = await read_preferences(tx, member_id=whose)
            return _view(services.templates, tx.fund, preferences, contact)

        return await run_query(request, caller, uow=services.uow, work=work)

    @router.put("", response_model=NotificationPreferences)
    async def change_notification_preferences(
        request: Request, caller: Reader, body: PreferenceChange, member_id: MemberId = None
    ) -> Response:
        """Choose the messages to do without; what the fund must send cannot be switched off.

        A message that was not wanted is not sent, and still stands in the history of messages.
        """
        whose = _whose(caller, member_id)

        async def work(tx: NotifyTransaction) -> NotificationPreferences:
            preferences, contact = await change_preferences(
                tx, templates=services.templates, member_id=whose, declined=body.declined
            )
            return _view(services.templates, tx.fund, preferences, contact)

        return await run_command(request, caller, uow=services.uow, body=body, work=work)

    return router
