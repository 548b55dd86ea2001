"""End what a user has open when the password or the user's standing changes."""

from typing import Any

from allauth.account.signals import password_changed, password_reset
from allauth.idp.oidc.models import Token

from identity_svc.models import User


def revoke_tokens(user: User) -> None:
    """Delete refresh tokens and the record of access tokens; a signed access token lives on for its 15 minutes."""
    Token.objects.filter(user=user).delete()


def _on_new_password(user: User, **_more: Any) -> None:
    revoke_tokens(user)


def connect() -> None:
    """Listen to changed passwords; sessions end by themselves, their hash contains the password's."""
    for signal in (password_changed, password_reset):
        signal.connect(_on_new_password, dispatch_uid="identity_svc.revocation")
