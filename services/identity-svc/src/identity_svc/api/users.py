"""Users of the caller's fund: list, create, change, disable."""

from typing import Any

import psycopg
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import translation
from pydantic import SecretStr

from identity_svc.api.endpoint import read_body, read_query
from identity_svc.api.schemas import NewUser, UserChange, UserPage, UserQuery, UserView
from identity_svc.audit import record
from identity_svc.invitation import invite
from identity_svc.models import User
from identity_svc.revocation import revoke_tokens
from identity_svc.roles import PLATFORM_ROLES, mail_errors, owner_errors, role_errors
from kit.auth import Principal
from kit.errors import Conflict, FieldError, InvalidInput, NotAllowed, NotFound
from kit.pages import Cursors

# Database constraint -> field.
TAKEN = {
    "login_user_username_key": "/username",
    "email_is_unique": "/email",
    "one_admin_per_facility": "/facility_id",
}
cursors = Cursors(settings.SECRET_KEY)


def list_users(request: HttpRequest, caller: Principal) -> UserPage:
    query = read_query(request, UserQuery)
    users = User.objects.filter(fund=caller.fund).order_by("username")
    if query.role is not None:
        users = users.filter(roles__contains=[query.role])
    if query.active is not None:
        users = users.filter(is_active=query.active)
    position = cursors.read(query.cursor)
    if position is not None:
        users = users.filter(username__gt=position[0])
    found = list(users[: query.limit + 1])
    page = found[: query.limit]
    more = len(found) > query.limit
    record(
        request,
        fund=caller.fund,
        actor=caller.actor,
        action="users_listed",
        entity="user",
        entity_id="*",
        ids=[str(user.id) for user in page],
    )
    return UserPage(
        items=[UserView.of(user) for user in page], next_cursor=cursors.write([page[-1].username]) if more else None
    )


def create_user(request: HttpRequest, caller: Principal) -> UserView:
    body = read_body(request, NewUser)
    user = User(fund=caller.fund, username=body.username)
    _apply(user, body)
    _check(body, user, caller)
    user.set_password(_plain(body.password))
    save_new(user)
    if body.password is None and "facility" in user.roles:
        invite(request, user)
    _audit(request, caller, "user_created", user, roles=sorted(user.roles), active=user.is_active)
    return UserView.of(user)


def change_user(request: HttpRequest, caller: Principal, username: str) -> UserView:
    body = read_body(request, UserChange)
    user = User.objects.select_for_update().filter(fund=caller.fund, username=username).first()
    if user is None:
        raise NotFound("there is no such user in your fund")
    if PLATFORM_ROLES.intersection(user.roles) - caller.roles:
        # A new password would hand over the role.
        raise NotAllowed("this user holds a role above your own")
    before = _facts(user)
    _apply(user, body)
    _check(body, user, caller)
    changed = sorted(name for name, value in _facts(user).items() if value != before[name])
    if body.password is not None:
        user.set_password(_plain(body.password))
        changed.append("password")
    save_changed(user)
    if not user.is_active or body.password is not None:
        revoke_tokens(user)
    action = "user_disabled" if before["is_active"] and not user.is_active else "user_changed"
    _audit(request, caller, action, user, changed=changed, roles=sorted(user.roles), active=user.is_active)
    return UserView.of(user)


def save_new(user: User) -> None:
    """Write a new user with the address that mails go to.

    Raises: Conflict when the name or the address is taken, or the facility has its administrator.
    """
    _save(user, force_insert=True)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def save_changed(user: User) -> None:
    """Write a changed user, and where mails go.

    Raises: Conflict.
    """
    _save(user)
    EmailAddress.objects.filter(user=user, primary=True).update(email=user.email)


def _facts(user: User) -> dict[str, Any]:
    names = ("email", "first_name", "last_name", "roles", "member_id", "facility_id", "is_active")
    return {name: getattr(user, name) for name in names}


def _apply(user: User, body: UserChange) -> None:
    user.email = body.email
    user.first_name = body.first_name
    user.last_name = body.last_name
    user.roles = sorted(set(body.roles))
    user.member_id = body.member_id
    user.facility_id = body.facility_id
    user.is_active = body.active


def _check(body: UserChange, user: User, caller: Principal) -> None:
    errors = [
        *role_errors(body.roles, granted_by=caller.roles),
        *owner_errors(body.roles, member_id=body.member_id, facility_id=body.facility_id),
        *mail_errors(body.roles, body.email),
        *_password_errors(body.password, user),
    ]
    if errors:
        raise InvalidInput(errors[0].message, errors=errors)


def _password_errors(password: SecretStr | None, user: User) -> list[FieldError]:
    if password is None:
        return []
    try:
        with translation.override("en"):
            validate_password(password.get_secret_value(), user)
    except ValidationError as error:
        return [FieldError("/password", one.code, one.messages[0]) for one in error.error_list]
    return []


def _plain(password: SecretStr | None) -> str | None:
    return None if password is None else password.get_secret_value()


def _save(user: User, *, force_insert: bool = False) -> None:
    try:
        with transaction.atomic():
            user.save(force_insert=force_insert)
    except IntegrityError as error:
        cause = error.__cause__
        constraint = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
        pointer = TAKEN.get(constraint or "")
        if pointer is None:
            raise
        name = pointer.removeprefix("/")
        message = f"another user has this {name}"
        if constraint == "one_admin_per_facility":
            message = "this facility has its administrator: exactly one"
        taken = FieldError(pointer, "taken", message)
        raise Conflict(taken.message, errors=[taken]) from None


def _audit(request: HttpRequest, caller: Principal, action: str, user: User, **details: Any) -> None:
    record(
        request,
        fund=caller.fund,
        actor=caller.actor,
        action=action,
        entity="user",
        entity_id=user.id,
        person_id=user.member_id,
        **details,
    )
