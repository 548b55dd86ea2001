"""A PostgreSQL server for the length of a `with` block."""

import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from mutua_local.account import clean_environment
from mutua_local.errors import StartFailed
from mutua_local.guard import guarded
from mutua_local.postgres import OPTIONS, SUPERUSER, open_cluster

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_POLL_SECONDS = 0.02


class EmbeddedPostgres:
    """A throwaway server on a free port, open to everybody on this machine: for tests and benchmarks only.

    The directory above the data is the server's own too: as root it is opened for the server's account to pass.
    """

    def __init__(self, data: Path, *, options: Mapping[str, str] | None = None) -> None:
        self._data = data
        self._options = {**OPTIONS, **(options or {})}
        self._log = data.with_name(f"{data.name}.log")
        self._server: subprocess.Popen[bytes] | None = None
        self._port = 0

    def url(self, database: str) -> str:
        return f"postgresql://{SUPERUSER}@127.0.0.1:{self._port}/{database}"

    def start(self) -> Self:
        """Make the data directory where it is missing and start the server.

        Raises:
            StartFailed: the server ended, or was not ready in time.
        """
        self._data.parent.mkdir(parents=True, exist_ok=True)
        self._data.parent.chmod(self._data.parent.stat().st_mode | 0o011)
        cluster = open_cluster(self._data)
        cluster.initialise(password=None)
        self._port = free_port()
        command = cluster.command(self._port, self._options)
        with self._log.open("ab") as log:
            self._server = subprocess.Popen(
                guarded(command, stop_signal=signal.SIGQUIT, account=cluster.account),
                cwd="/",
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + _START_SECONDS
        while not cluster.is_ready(self._server.pid):
            if self._server.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise StartFailed("PostgreSQL", "did not start", self._log.read_text(encoding="utf-8")[-2000:])
            time.sleep(_POLL_SECONDS)
        return self

    def stop(self) -> None:
        """Stop the server at once; its data are not needed again."""
        if self._server is None or self._server.poll() is not None:
            return
        self._server.send_signal(signal.SIGQUIT)
        try:
            self._server.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def free_port() -> int:
    """Return a port on which nobody listens at present."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
