"""The services of the system: one row each. A new service is a new row (and a port in settings.py)."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Service:
    """What the supervisor must know of a service.

    `port` names its field in Ports. Values of `environment` may name ports, secrets and places in braces.
    """

    name: str
    package: str
    schema: str
    port: str
    application: str = "entrypoints.http.app:create_app"
    factory: bool = True
    worker: bool = True
    secrets: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


SERVICES: tuple[Service, ...] = (
    Service(
        name="identity-svc",
        package="identity_svc",
        schema="identity",
        port="identity",
        application="entrypoints.asgi:application",
        factory=False,
        worker=False,
        secrets=("DJANGO_SECRET_KEY",),
        environment={
            "DJANGO_SECRET_KEY": "{DJANGO_SECRET_KEY}",
            "IDENTITY_SIGNING_KEY_FILE": "{home}/identity-key.pem",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": "{smtp_port}",
            "PUBLIC_URL": "{public_url}",
        },
    ),
    Service(
        name="claims-api",
        package="claims_api",
        schema="claims",
        port="claims",
        environment={
            "RULES_URL": "http://127.0.0.1:{rules_port}",
            "BOOKINGS_URL": "http://127.0.0.1:{bookings_port}",
            "DOCUMENT_SCANS": "true",
        },
    ),
    Service(
        name="booking-api",
        package="booking_api",
        schema="bookings",
        port="bookings",
        # A demo's facility listens on the same machine.
        secrets=("PASS_KEYS",),
        environment={
            "PUBLIC_URL": "{public_url}",
            "WEBHOOK_PRIVATE_TARGETS": "true",
            "PASS_KEYS": "{PASS_KEYS}",
            "RULES_URL": "http://127.0.0.1:{rules_port}",
        },
    ),
    Service(name="rules-svc", package="rules_svc", schema="rules", port="rules"),
    Service(
        name="payout-svc",
        package="payout_svc",
        schema="payouts",
        port="payouts",
        environment={
            "DEBTOR_NAME": "Cassa Integrativa FNM (dimostrazione)",
            "DEBTOR_IBAN": "IT60X0542811101000000123456",
            "DEBTOR_BIC": "BLOPIT22XXX",
        },
    ),
    Service(
        name="notify-svc",
        package="notify_svc",
        schema="notify",
        port="notify",
        environment={
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": "{smtp_port}",
            "MAIL_FROM": "Mutua <notifiche@mutua.example>",
            "PUBLIC_URL": "{public_url}",
        },
    ),
)


@dataclass(frozen=True, kw_only=True)
class DemoLogin:
    """A user or a machine client of the demo fund."""

    name: str
    roles: str
    machine: bool = False

    @property
    def secret(self) -> str:
        """Return the name under which the password is kept, and under which identity-svc expects it."""
        kind = "MACHINE_SECRET" if self.machine else "DEMO_PASSWORD"
        return f"{kind}_{self.name.upper().replace('.', '_').replace('-', '_')}"


DEMO_LOGINS: tuple[DemoLogin, ...] = (
    DemoLogin(name="mario.rossi", roles="member"),
    DemoLogin(name="giulia.bianchi", roles="operator"),
    DemoLogin(name="paolo.conti", roles="payments_officer"),
    DemoLogin(name="anna.ferri", roles="payments_approver"),
    DemoLogin(name="admin", roles="fund_admin, ops"),
    DemoLogin(name="facility-cardio", roles="facility", machine=True),
    DemoLogin(name="fund-admin", roles="fund_admin, operator, ops", machine=True),
)

# The demo fund is loaded under these ids, so that its logins can name their member and their facility beforehand.
DEMO_IDS: Mapping[str, str] = {
    "DEMO_MEMBER_ID_MARIO_ROSSI": "01990000-0000-7000-8000-000000000001",
    "DEMO_FACILITY_ID_CARDIO": "01990000-0000-7000-8000-000000000002",
}
