# mypy: disallow-subclassing-any=False
"""allauth's forms with Mutua's words: a visible label instead of a placeholder."""

from typing import ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.forms import Form

NEW_PASSWORD_HINT = "Almeno 10 caratteri, non solo numeri e diversa dal tuo nome."  # noqa: S105 (a hint)
CODE_ATTRIBUTES = {"inputmode": "numeric", "autocapitalize": "off", "spellcheck": "false"}


class PlainFields(Form):
    """Set labels and hints; put the cursor into the first field."""

    labels: ClassVar[dict[str, str]] = {}
    hints: ClassVar[dict[str, str]] = {}
    attributes: ClassVar[dict[str, dict[str, str]]] = {}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for index, (name, field) in enumerate(self.fields.items()):
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, "")
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs.update(self.attributes.get(name, {}))
            if index == 0:
                field.widget.attrs["autofocus"] = True


class LoginForm(PlainFields, account.LoginForm):
    labels = {"login": "Nome utente o e-mail", "password": "Password"}
    attributes = {"login": {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}}


class ResetPasswordForm(PlainFields, account.ResetPasswordForm):
    labels = {"email": "E-mail"}


class ResetPasswordKeyForm(PlainFields, account.ResetPasswordKeyForm):
    labels = {"password1": "Nuova password", "password2": "Ripeti la nuova password"}
    hints = {"password1": NEW_PASSWORD_HINT}


class ChangePasswordForm(PlainFields, account.ChangePasswordForm):
    labels = {"oldpassword": "Password attuale"} | ResetPasswordKeyForm.labels
    hints = {"password1": NEW_PASSWORD_HINT}


class ReauthenticateForm(PlainFields, account.ReauthenticateForm):
    labels = {"password": "Password"}


class CodeForm(PlainFields, mfa.AuthenticateForm):
    labels = {"code": "Codice"}
    attributes = {"code": CODE_ATTRIBUTES}


class ReauthenticateCodeForm(PlainFields, mfa.ReauthenticateForm):
    labels = {"code": "Codice"}
    attributes = {"code": CODE_ATTRIBUTES}


class ActivateCodeForm(PlainFields, ActivateTOTPForm):
    labels = {"code": "Codice mostrato dall’app"}
    attributes = {"code": CODE_ATTRIBUTES}
