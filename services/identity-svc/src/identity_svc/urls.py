"""Every path of identity-svc; what is not listed does not exist (no sign-up, no change of e-mail)."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path, re_path

from identity_svc import pages
from identity_svc.api.clients import create_client
from identity_svc.api.endpoint import endpoint
from identity_svc.api.facility_users import change_facility_user, create_facility_user, list_facility_users
from identity_svc.api.users import change_user, create_user, list_users
from identity_svc.issuer import PkceAuthorizationView, SpendOnceTokenView
from kit.auth import FACILITY_USER_KEEPERS

handler404 = "identity_svc.pages.not_found"
handler500 = "identity_svc.pages.crashed"

[FACILITY_ADMIN] = FACILITY_USER_KEEPERS

ACCOUNT_PATHS: list[URLPattern | URLResolver] = [
    path("", pages.account_home, name="account_home"),
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("2fa/", include("allauth.mfa.urls")),
]
API_PATHS: list[URLPattern | URLResolver] = [
    path("users", endpoint({"GET": (list_users, 200), "POST": (create_user, 201)})),
    re_path(r"^users/(?P<username>[a-z0-9._-]+)$", endpoint({"PUT": (change_user, 200)})),
    path("clients", endpoint({"POST": (create_client, 201)})),
]
FACILITY_PATHS: list[URLPattern | URLResolver] = [
    path(
        "facility-users",
        endpoint({"GET": (list_facility_users, 200), "POST": (create_facility_user, 201)}, role=FACILITY_ADMIN),
    ),
    re_path(
        r"^facility-users/(?P<username>[a-z0-9._-]+)$",
        endpoint({"PUT": (change_facility_user, 200)}, role=FACILITY_ADMIN),
    ),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", pages.live),
    path("readyz", pages.ready),
    path("auth/", include(API_PATHS)),
    path("v1/", include(FACILITY_PATHS)),
    path("accounts/", include(ACCOUNT_PATHS)),
    # Before allauth's own, which keep the names that its pages look up.
    path("identity/o/authorize", PkceAuthorizationView.as_view()),
    path("identity/o/api/token", SpendOnceTokenView.as_view()),
    path("", include("allauth.idp.urls")),
]
