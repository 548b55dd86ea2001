"""A system of small real programs under the real supervisor and a real PostgreSQL: `python small_system.py`."""

import os
import sys
from pathlib import Path

from mutua_local.errors import LocalRunError, StartFailed
from mutua_local.processes import Job, Process
from mutua_local.roles import Role
from mutua_local.settings import Settings, load_settings
from mutua_local.system import System
from mutua_local.up import run

SECRETS = {"POSTGRES_PASSWORD": "root-word", "ONE_DATABASE_PASSWORD": "one-word"}
SLEEPER = "import time; time.sleep(3600)"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEPER!r}])"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(3600)"


def small_system(settings: Settings) -> System:
    ports = settings.ports
    web = ("-m", "http.server", str(ports.claims), "--bind", "127.0.0.1", "--directory", str(settings.logs))
    processes = [
        Process(
            name="web",
            command=(sys.executable, *web),
            ports={"MUTUA_CLAIMS_PORT": ports.claims},
            health_url=f"http://127.0.0.1:{ports.claims}/",
        ),
        # A program with a child of its own, as the makers of letters have.
        Process(name="parent", command=(sys.executable, "-c", SLEEPER if os.environ.get("SMALL_FLAT") else PARENT)),
    ]
    if os.environ.get("SMALL_STUBBORN"):
        processes.append(Process(name="stubborn", command=(sys.executable, "-c", STUBBORN)))
    if os.environ.get("SMALL_BROKEN"):
        broken = "print('the reason stands here'); raise SystemExit(7)"
        processes.append(Process(name="broken", command=(sys.executable, "-c", broken)))
    touched = f"open({str(settings.home / 'touched')!r}, 'a').write('x')"
    return System(
        roles=(Role("one"),),
        foundations=(),
        migrations=(
            Job(name="one-migrate", title="one", command=(sys.executable, "-c", touched), sources=(Path(__file__),)),
        ),
        preparations=(),
        processes=tuple(processes),
        closing=(),
    )


def main() -> int:
    settings = load_settings()
    try:
        return run(settings, SECRETS | dict.fromkeys(demo_secrets(), "word"), small_system(settings))
    except StartFailed as error:
        print(f"{error}\n{error.log_tail}")
        return 1
    except LocalRunError as error:
        print(error)
        return 1


def demo_secrets() -> list[str]:
    from mutua_local.services import DEMO_LOGINS  # noqa: PLC0415

    return [login.secret for login in DEMO_LOGINS]


if __name__ == "__main__":
    sys.exit(main())
