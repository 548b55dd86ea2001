"""Users of the caller's own facility, kept by the one person who is responsible for its convention.

Source: FASCHIM e-mail of 2023-02-13, "questa persona … si occuperà di creare i profili degli utenti interni".
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from identity_svc.api.endpoint import read_body, read_query
from identity_svc.api.schemas import FacilityUserChange, NewFacilityUser, UserPage, UserQuery, UserView
from identity_svc.api.users import cursors, save_changed, save_new
from identity_svc.audit import record
from identity_svc.invitation import invite
from identity_svc.models import User
from identity_svc.revocation import revoke_tokens
from identity_svc.roles import mail_errors
from kit.auth import Principal
from kit.errors import InvalidInput, NotAllowed, NotFound

PLAIN = ["facility"]


def list_facility_users(request: HttpRequest, caller: Principal) -> UserPage:
    query = read_query(request, UserQuery)
    users = User.objects.filter(fund=caller.fund, facility_id=_facility(caller)).order_by("username")
    if query.role is not None:
        users = users.filter(roles__contains=[query.role])
    if query.active is not None:
        users = users.filter(is_active=query.active)
    position = cursors.read(query.cursor)
    if position is not None:
        users = users.filter(username__gt=position[0])
    found = list(users[: query.limit + 1])
    page, more = found[: query.limit], len(found) > query.limit
    _audit(request, caller, "facility_users_listed", "*", ids=[str(user.id) for user in page])
    next_cursor = cursors.write([page[-1].username]) if more else None
    return UserPage(items=[UserView.of(user) for user in page], next_cursor=next_cursor)


def create_facility_user(request: HttpRequest, caller: Principal) -> UserView:
    body = read_body(request, NewFacilityUser)
    user = User(fund=caller.fund, facility_id=_facility(caller), username=body.username, roles=PLAIN)
    _apply(user, body)
    user.set_password(None)
    save_new(user)
    invite(request, user)
    _audit(request, caller, "facility_user_created", user.id)
    return UserView.of(user)


def change_facility_user(request: HttpRequest, caller: Principal, username: str) -> UserView:
    """Change a colleague; the responsible person changes neither themselves nor somebody with other roles."""
    body = read_body(request, FacilityUserChange)
    own = User.objects.select_for_update().filter(fund=caller.fund, facility_id=_facility(caller), username=username)
    user = own.first()
    if user is None:
        raise NotFound("your facility has no such user")
    if user.roles != PLAIN:
        raise NotAllowed("only the fund changes who is responsible for the convention")
    _apply(user, body)
    save_changed(user)
    if not user.is_active:
        revoke_tokens(user)
    _audit(request, caller, "facility_user_changed", user.id, active=user.is_active)
    return UserView.of(user)


def _facility(caller: Principal) -> UUID:
    if caller.facility_id is None:
        raise NotAllowed("the token names no facility")
    return caller.facility_id


def _apply(user: User, body: FacilityUserChange) -> None:
    errors = mail_errors(PLAIN, body.email)
    if errors:
        raise InvalidInput(errors[0].message, errors=errors)
    user.email, user.first_name, user.last_name = body.email, body.first_name, body.last_name
    user.is_active = body.active


def _audit(request: HttpRequest, caller: Principal, action: str, entity_id: object, **details: Any) -> None:
    facility = str(caller.facility_id)
    record(
        request,
        fund=caller.fund,
        actor=caller.actor,
        action=action,
        entity="user",
        entity_id=entity_id,
        facility_id=facility,
        **details,
    )
