"""The whole embedded system as data, from the settings: what to prepare, what to run, what to load."""

import shutil
import signal
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from mutua_local.health import holds_pid
from mutua_local.postgres import Cluster
from mutua_local.processes import Job, Process
from mutua_local.roles import Role
from mutua_local.services import DEMO_IDS, DEMO_LOGINS, SERVICES, Service
from mutua_local.settings import DATABASE, Ports, Settings

BUS_ROLE = Role("bus")
_PYTHON = sys.executable
_COMMON_SECRETS = ("POSTGRES_PASSWORD", "CURSOR_SECRET", "DOCUMENT_KEYS")
_GATEWAY_STAGE, _SERVICE_STAGE, _MAILBOX_STAGE, _POSTGRES_STAGE = 1, 2, 3, 4


@dataclass(frozen=True, kw_only=True)
class System:
    """What `up` brings up, in this order."""

    roles: tuple[Role, ...]
    foundations: tuple[Job, ...]
    migrations: tuple[Job, ...]
    preparations: tuple[Job, ...]
    processes: tuple[Process, ...]
    closing: tuple[Job, ...]


def secret_names(services: tuple[Service, ...] = SERVICES) -> list[str]:
    """Return the names of all secrets that the system needs."""
    roles = [Role(service.schema).secret for service in services]
    own = [name for service in services for name in service.secrets]
    return [*_COMMON_SECRETS, BUS_ROLE.secret, *roles, *own, *(login.secret for login in DEMO_LOGINS)]


def build_system(settings: Settings, secrets: Mapping[str, str], services: tuple[Service, ...] = SERVICES) -> System:
    """Describe the system of the given services."""
    environments = {service.name: service_environment(service, settings, secrets) for service in services}
    processes = [_mailbox(settings), _gateway(settings)]
    for service in services:
        processes += _service_processes(service, settings, environments[service.name])
    return System(
        roles=(BUS_ROLE, *(Role(service.schema) for service in services)),
        foundations=(_signing_key(environments["identity-svc"]),),
        migrations=tuple(_migration(service, settings, environments[service.name]) for service in services),
        preparations=(
            _logins(settings, environments["identity-svc"], secrets),
            _gateway_configuration(settings),
        ),
        processes=tuple(processes),
        # Published only now: an event that is sent before its consumers have declared their queues reaches nobody.
        closing=(_plan(settings, environments["rules-svc"]), _seed(settings)),
    )


def service_environment(service: Service, settings: Settings, secrets: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a service's processes."""
    place = f"127.0.0.1:{settings.ports.postgres}/{DATABASE}"
    role = Role(service.schema)
    bus = settings.amqp_url or f"postgresql://{BUS_ROLE.name}:{secrets[BUS_ROLE.secret]}@{place}"
    known = {f"{name}_port": str(port) for name, port in asdict(settings.ports).items()} | dict(secrets)
    known |= {"public_url": settings.public_url, "home": str(settings.home)}
    return {
        "DATABASE_URL": f"postgresql+asyncpg://{role.name}:{secrets[role.secret]}@{place}",
        "BUS_URL": bus,
        "ISSUER_URL": settings.public_url,
        "JWKS_URL": f"http://127.0.0.1:{settings.ports.identity}/.well-known/jwks.json",
        "AUDIENCE": "mutua-api",
        "DOCUMENTS_URL": settings.documents.as_uri(),
        "DOCUMENT_KEYS": secrets["DOCUMENT_KEYS"],
        "CLOCK_FILE": str(settings.clock_file),
        "CURSOR_SECRET": secrets["CURSOR_SECRET"],
        "LOG_LEVEL": settings.log_level,
        "FUND_DEFAULT": "fnm",
        **{name: value.format(**known) for name, value in service.environment.items()},
    }


def postgres_process(cluster: Cluster, settings: Settings) -> Process:
    """Describe the database server."""
    return Process(
        name="postgres",
        command=cluster.command(settings.ports.postgres),
        environment={"LC_ALL": "C"},
        ports={Ports.setting("postgres"): settings.ports.postgres},
        is_ready=cluster.is_ready,
        stop_signal=signal.SIGINT,
        stop_stage=_POSTGRES_STAGE,
        account=cluster.account,
    )


def _service_processes(service: Service, settings: Settings, environment: Mapping[str, str]) -> list[Process]:
    port = int(getattr(settings.ports, service.port))
    address = ("--host", "127.0.0.1", "--port", str(port), "--timeout-graceful-shutdown", "3", "--no-access-log")
    factory = ("--factory",) if service.factory else ()
    application = f"{service.package}.{service.application}"
    api = Process(
        name=service.name,
        command=(_PYTHON, "-m", "uvicorn", application, *factory, *address),
        environment=environment,
        ports={Ports.setting(service.port): port},
        health_url=f"http://127.0.0.1:{port}/readyz",
        stop_stage=_SERVICE_STAGE,
    )
    name = f"{service.name.rpartition('-')[0]}-worker"
    ready_file = settings.ready_dir / name
    worker = Process(
        name=name,
        command=(_PYTHON, "-m", f"{service.package}.entrypoints.worker"),
        environment={**environment, "READY_FILE": str(ready_file)},
        is_ready=partial(holds_pid, ready_file),
        stop_stage=_SERVICE_STAGE,
    )
    return [api, worker] if service.worker else [api]


def _migration(service: Service, settings: Settings, environment: Mapping[str, str]) -> Job:
    return Job(
        name=f"{service.name}-migrate",
        title=f"migrations of {service.name}",
        command=(_PYTHON, "-m", f"{service.package}.entrypoints.migrate"),
        environment=environment,
        sources=(settings.root / "services" / service.name, settings.root / "libs/kit/src"),
    )


def _signing_key(environment: Mapping[str, str]) -> Job:
    key = environment["IDENTITY_SIGNING_KEY_FILE"]
    return Job(
        name="identity-key",
        title="key made that signs the tokens",
        command=(_PYTHON, "-m", "identity_svc.entrypoints.keys", key),
        product=Path(key),
    )


def _logins(settings: Settings, environment: Mapping[str, str], secrets: Mapping[str, str]) -> Job:
    passwords = {login.secret: secrets[login.secret] for login in DEMO_LOGINS}
    return Job(
        name="identity-logins",
        title="demo users and machine clients known",
        command=(_PYTHON, "-m", "identity_svc.entrypoints.seed"),
        environment={**environment, **passwords, **DEMO_IDS},
        sources=(settings.root / "services/identity-svc", settings.secrets_file),
    )


def _plan(settings: Settings, environment: Mapping[str, str]) -> Job:
    return Job(
        name="publish-plan",
        title="plan of the fund FNM published",
        command=(_PYTHON, "-m", "rules_svc.entrypoints.cli", "publish", "fnm"),
        environment=environment,
        sources=(settings.root / "services/rules-svc", settings.root / "libs/kit/src"),
    )


def _gateway_configuration(settings: Settings) -> Job:
    ports = {setting: str(port) for setting, port in settings.ports.by_setting().items()}
    return Job(
        name="gateway-render",
        title="gateway configured",
        command=(_PYTHON, str(settings.root / "gateway/render.py"), "--out", str(settings.gateway_dir)),
        environment={**ports, "MUTUA_ISSUER_URL": settings.public_url},
    )


def _gateway(settings: Settings) -> Process:
    envoy = shutil.which("envoy", path=str(Path(_PYTHON).parent)) or "envoy"
    configuration = str(settings.gateway_dir / "envoy.yaml")
    return Process(
        name="gateway",
        command=(envoy, "-c", configuration, "--disable-hot-restart", "--log-level", "warning", "--concurrency", "1"),
        ports={
            Ports.setting("gateway"): settings.ports.gateway,
            Ports.setting("envoy_admin"): settings.ports.envoy_admin,
        },
        health_url=f"{settings.public_url}/healthz",
        stop_stage=_GATEWAY_STAGE,
    )


def _mailbox(settings: Settings) -> Process:
    maildump = shutil.which("maildump", path=str(Path(_PYTHON).parent)) or "maildump"
    smtp, web = settings.ports.smtp, settings.ports.mailbox
    ports = ("--smtp-port", str(smtp), "--http-port", str(web))
    return Process(
        name="mailbox",
        command=(maildump, "--foreground", "--no-quit", *ports, "--db", str(settings.home / "mailbox.sqlite")),
        ports={Ports.setting("smtp"): smtp, Ports.setting("mailbox"): web},
        stop_stage=_MAILBOX_STAGE,
    )


def _seed(settings: Settings) -> Job:
    return Job(
        name="seed",
        title="demo fund loaded",
        command=(_PYTHON, "-m", "mutua_local", "seed"),
        sources=(settings.root / "deploy/local/src", settings.root / "services/identity-svc"),
    )
