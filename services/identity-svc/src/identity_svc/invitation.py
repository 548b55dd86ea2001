"""Invite a new user by e-mail to choose a password through the reset page."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.http import HttpRequest

from identity_svc.models import User


def invite(request: HttpRequest, user: User) -> None:
    """Send the link once the user is stored; a mail that fails is logged, and the reset page sends another."""

    def send() -> None:
        adapter = get_adapter(request)
        key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
        context = {"user": user, "url": adapter.get_reset_password_from_key_url(key), "username": user.username}
        adapter.send_mail("account/email/invitation", user.email, context)

    transaction.on_commit(send)
