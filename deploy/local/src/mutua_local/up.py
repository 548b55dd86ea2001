"""`mutua up`: bring the system up, keep it up, take it down in order."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from mutua_local.errors import LocalRunError
from mutua_local.health import accepts, is_free
from mutua_local.jobs import run_jobs
from mutua_local.logs import rotate
from mutua_local.postgres import open_cluster, version
from mutua_local.processes import Job, Process
from mutua_local.progress import Progress
from mutua_local.roles import prepare_database
from mutua_local.settings import Settings
from mutua_local.stamps import Stamps
from mutua_local.state import Phase, RunStatus, hold, read_status, write_status
from mutua_local.summary import where_to_look
from mutua_local.supervisor import Supervisor
from mutua_local.system import System, postgres_process

_POSTGRES_SECONDS = 60.0
_HEALTHY_SECONDS = 120.0
_LEFTOVER_SECONDS = 10.0
_POLL_SECONDS = 0.2
_INTERRUPTED = 130
_BROKER_PORTS = {"amqp": 5672, "amqps": 5671}


class Run:
    """One run of the system, from the ports to the last process stopped."""

    def __init__(self, settings: Settings, secrets: Mapping[str, str], system: System) -> None:
        self._settings = settings
        self._secrets = secrets
        self._system = system
        self._progress = Progress()
        self._supervisor = Supervisor(logs=settings.logs, say=self._progress.say, changed=self._publish)
        self._phase = Phase.STARTING
        before = read_status(settings.state_file)
        self._after_a_kill = before is not None and before.phase not in {Phase.STOPPED, Phase.FAILED}
        self._cluster = open_cluster(settings.postgres_dir, settings.postgres_account)
        self._stop = asyncio.Event()

    async def run(self) -> int:
        """Return the exit code: 0 after an orderly stop, 1 when the system did not come up."""
        self._handle_signals()
        await self._supervisor.open()
        start = asyncio.create_task(self._start())
        stop = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait([start, stop], return_when=asyncio.FIRST_COMPLETED)
            if not start.done():
                start.cancel()
                await asyncio.gather(start, return_exceptions=True)
                return _INTERRUPTED
            start.result()
            await stop
        finally:
            stop.cancel()
            await self._shut_down(failed=start.done() and not start.cancelled() and start.exception() is not None)
        return 0

    async def _start(self) -> None:
        progress, system = self._progress, self._system
        progress.say("Mutua is starting")
        server = postgres_process(self._cluster, self._settings)
        with progress.step("looking at the ports") as step:
            # What a killed run left is on its way out: its ports are worth a moment of patience.
            patience = _LEFTOVER_SECONDS if self._after_a_kill else 0.0
            await check_ports([server, *system.processes], patience_seconds=patience)
            step.title = "ports are free"
        if self._settings.amqp_url:
            with progress.step("RabbitMQ answers"):
                await check_broker(self._settings.amqp_url)
        await self._start_postgres(server)
        stamps = Stamps(self._cluster.data)
        await self._run_in_order(system.foundations, stamps)
        with progress.step("schemas migrated") as step:
            if not await run_jobs(system.migrations, stamps=stamps, run=self._supervisor.run_to_end):
                step.title += " (unchanged)"
        await self._run_in_order(system.preparations, stamps)
        await self._start_processes()
        await self._run_in_order(system.closing, stamps)
        self._phase = Phase.READY
        progress.say(where_to_look(self._settings, self._secrets, progress.elapsed_seconds))
        self._publish()

    async def _run_in_order(self, jobs: Sequence[Job], stamps: Stamps) -> None:
        for job in jobs:
            with self._progress.step(job.title) as step:
                if not await run_jobs([job], stamps=stamps, run=self._supervisor.run_to_end):
                    step.title += " (unchanged)"

    async def _start_postgres(self, server: Process) -> None:
        with self._progress.step(f"PostgreSQL {version()} on port {self._settings.ports.postgres}") as step:
            password = self._secrets["POSTGRES_PASSWORD"]
            if not self._cluster.is_initialised():
                step.note("making the data directory")
            await asyncio.to_thread(self._cluster.initialise, password)
            await self._supervisor.start(server)
            await self._supervisor.wait_healthy([server.name], seconds=_POSTGRES_SECONDS)
            await prepare_database(
                port=self._settings.ports.postgres, password=password, roles=self._system.roles, secrets=self._secrets
            )
        if self._cluster.data != self._settings.postgres_dir:
            self._progress.say(
                f"    its data are in {self._cluster.data}: its account cannot enter {self._settings.home}"
            )

    async def _start_processes(self) -> None:
        names = [process.name for process in self._system.processes]
        with self._progress.step(f"{len(names)} processes healthy") as step:
            for process in self._system.processes:
                await self._supervisor.start(process)
            await self._supervisor.wait_healthy(
                names,
                seconds=_HEALTHY_SECONDS,
                waiting=lambda missing: step.note(f"{len(missing)} to go, {', '.join(missing)}"),
            )

    async def _shut_down(self, *, failed: bool) -> None:
        self._phase = Phase.STOPPING
        self._publish()
        with self._progress.step("stopping") as step:
            await self._supervisor.stop()
            step.title = "everything stopped"
        self._phase = Phase.FAILED if failed else Phase.STOPPED
        self._publish()

    def _handle_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._ask_to_stop)

    def _ask_to_stop(self) -> None:
        if self._stop.is_set():
            self._supervisor.kill()
        self._stop.set()

    def _publish(self) -> None:
        status = RunStatus(
            phase=self._phase,
            pid=os.getpid(),
            bus=self._settings.bus,
            data=str(self._cluster.data),
            processes=self._supervisor.statuses(),
        )
        write_status(self._settings.state_file, status)


def run(settings: Settings, secrets: Mapping[str, str], system: System) -> int:
    """Bring the system up and stay until it is stopped.

    Raises:
        LocalRunError: it is already running, or something did not come up.
    """
    settings.make_home()
    with hold(settings.lock_file):
        rotate(settings.logs)
        return asyncio.run(_run(settings, secrets, system))


async def _run(settings: Settings, secrets: Mapping[str, str], system: System) -> int:
    return await Run(settings, secrets, system).run()


async def check_ports(processes: Sequence[Process], *, patience_seconds: float = 0.0) -> None:
    """Return when every port is free.

    Raises:
        LocalRunError: ports are taken; each is named with the setting that changes it.
    """
    wanted = {setting: port for process in processes for setting, port in process.ports.items()}
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience_seconds
    while taken := {setting: port for setting, port in wanted.items() if not is_free(port)}:
        if loop.time() >= deadline:
            lines = [f"port {port} is taken: stop who uses it, or set {name}" for name, port in taken.items()]
            raise LocalRunError("\n".join(lines))
        await asyncio.sleep(_POLL_SECONDS)


async def check_broker(url: str) -> None:
    """Return when somebody listens at the broker's address.

    Raises:
        LocalRunError: nobody does, or it is no address of a broker.
    """
    parts = urlsplit(url)
    if parts.scheme not in _BROKER_PORTS or not parts.hostname:
        raise LocalRunError("the address of RabbitMQ must look like amqp://user:password@host:5672/")
    port = parts.port or _BROKER_PORTS[parts.scheme]
    if not await accepts(port, host=parts.hostname):
        raise LocalRunError(f"nobody answers at {parts.hostname}:{port}: is RabbitMQ running there?")
