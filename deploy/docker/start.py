"""What a service's container runs: `api`, `worker`, `health`, `roles`, or a command of the service with its arguments.

api                    the HTTP application on PORT (8000)
worker                 relay, consumers and jobs; figures and health on METRICS_PORT
migrate | cli … | seed | keys PATH    the module of that name in the service's entrypoints
roles                  the services' login roles and schemas (prepare_roles.py)
health                 0 when HEALTH_URL answers
wait URL …             0 when every address has answered, for a job that must come after others
"""

import os
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn
from urllib.request import urlopen

HERE = Path(__file__).resolve().parent
# The orchestrator waits 30 s before it kills.
GRACE_SECONDS = "25"


def api_command(package: str, port: str) -> list[str]:
    """Return uvicorn's command line: a service has a factory, identity-svc is Django's application."""
    plain = find_spec(f"{package}.entrypoints.asgi") is not None
    target = [f"{package}.entrypoints.asgi:application"] if plain else [f"{package}.entrypoints.http.app:create_app"]
    factory = [] if plain else ["--factory"]
    address = ["--host", os.environ.get("HOST", "0.0.0.0"), "--port", port]  # noqa: S104 (inside a container)
    quiet = ["--no-access-log", "--no-server-header", "--timeout-graceful-shutdown", GRACE_SECONDS]
    return [sys.executable, "-m", "uvicorn", *target, *factory, *address, *quiet]


def command(words: list[str], service: str) -> list[str]:
    """Return the program that the words ask for."""
    package = service.replace("-", "_")
    first, *rest = words or ["api"]
    if first == "api":
        return api_command(package, os.environ.get("PORT", "8000"))
    if first == "roles":
        return [sys.executable, str(HERE / "prepare_roles.py"), *rest]
    module = f"{package}.entrypoints.{first}"
    if find_spec(module) is None:
        raise SystemExit(f"{service} has no {first!r}")
    return [sys.executable, "-m", module, *rest]


def check_health() -> None:
    """End with an error unless the process answers; a refused connection says so on standard error."""
    ask(os.environ.get("HEALTH_URL", "http://127.0.0.1:8000/readyz"))


def wait(urls: list[str], seconds: float = 600) -> None:
    """Ask each address until it answers; after that long end with its error."""
    end = time.monotonic() + seconds
    for url in urls:
        while True:
            try:
                ask(url)
            except OSError as error:
                if time.monotonic() > end:
                    raise SystemExit(f"{url}: {error}") from None
                time.sleep(1)
            else:
                break


def ask(url: str) -> None:
    # Addresses of containers, from their own settings.
    with urlopen(url, timeout=3) as answer:  # noqa: S310
        answer.read()


def main() -> NoReturn:
    words = sys.argv[1:]
    if words == ["health"]:
        check_health()
        raise SystemExit(0)
    if words[:1] == ["wait"]:
        wait(words[1:])
        raise SystemExit(0)
    line = command(words, os.environ["SERVICE"])
    # In this process's place: signals reach the service itself.
    os.execv(line[0], line)  # noqa: S606


if __name__ == "__main__":
    main()
