"""The last words of a start: where to look and as whom."""

from collections.abc import Mapping, Sequence

from mutua_local.services import DEMO_LOGINS
from mutua_local.settings import Settings


def where_to_look(settings: Settings, secrets: Mapping[str, str], elapsed_seconds: float | None = None) -> str:
    """Return the table of addresses and demo logins."""
    took = f" (in {elapsed_seconds:.1f} s)" if elapsed_seconds is not None else ""
    mailbox = f"http://127.0.0.1:{settings.ports.mailbox}"
    places = [
        ("API and its reference", f"{settings.public_url}/docs"),
        ("Log in, second factor", f"{settings.public_url}/accounts/login/"),
        ("Mailbox of the demo", mailbox),
        ("Tokens (OpenID)", f"{settings.public_url}/.well-known/openid-configuration"),
        ("Logs, secrets, data", str(settings.home)),
    ]
    people = [(login.name, login.roles, secrets[login.secret]) for login in DEMO_LOGINS if not login.machine]
    machines = [(login.name, login.roles, secrets[login.secret]) for login in DEMO_LOGINS if login.machine]
    lines = [
        "",
        f"Mutua is running{took}.",
        "",
        *_table(places),
        "",
        *_table([("Demo user", "roles", "password"), *people]),
        "",
        *_table([("Machine client", "roles", "secret"), *machines]),
        "",
        *_table(
            [
                ("make demo", "plays a month of the fund against it"),
                ("mutua status", "every process with its port, health and memory (commands are in .venv/bin)"),
                ("mutua logs NAME -f", "what a process says"),
                ("Ctrl-C, mutua down", "stop it; `mutua reset` forgets all data"),
            ]
        ),
        "",
    ]
    return "\n".join(lines)


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  " + "   ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
