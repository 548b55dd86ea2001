# mypy: disallow-subclassing-any=False
"""allauth's authorization and token endpoints, hardened where it leaves room."""

from http import HTTPStatus

from allauth.idp.oidc.views import AuthorizationView, TokenView
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

# What a token request spends: each may be spent once.
SPENT_ONCE = ("code", "refresh_token")


class PkceAuthorizationView(AuthorizationView):
    """Refuse the challenge method 'plain', which oauthlib takes when none is named: it proves nothing."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if "code_challenge" in request.GET and request.GET.get("code_challenge_method") != "S256":
            error = {"description": "code_challenge_method must be S256"}
            return render(request, "idp/oidc/error.html", {"error": error}, status=HTTPStatus.BAD_REQUEST)
        return super().get(request, *args, **kwargs)


class SpendOnceTokenView(TokenView):
    """Exchange a code or a refresh token one request at a time.

    allauth looks the code up and deletes it later: two requests at the same moment would both get tokens.
    """

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            with transaction.atomic():
                self._wait_for_my_turn(request)
                return super().post(request)
        except ValidationError as error:
            body = {"error": "invalid_target", "error_description": error.messages[0]}
            return JsonResponse(body, status=HTTPStatus.BAD_REQUEST)

    @staticmethod
    def _wait_for_my_turn(request: HttpRequest) -> None:
        with connection.cursor() as cursor:
            for name in SPENT_ONCE:
                if name in request.POST:
                    cursor.execute(
                        "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [request.POST[name].replace("\0", "")]
                    )
