"""`mutua status`: every process with its port, its health and its memory."""

import asyncio
from typing import NamedTuple

import httpx
import psutil  # type: ignore[import-untyped]

from mutua_local.health import answers
from mutua_local.processes import State
from mutua_local.state import Phase, ProcessStatus, RunStatus

_MEBIBYTE = 1_048_576


class Row(NamedTuple):
    """One line of the table."""

    name: str
    state: str
    pid: str
    ports: str
    memory: str
    restarts: str


def table(run: RunStatus) -> tuple[str, bool]:
    """Return the table as text, and whether all is well; every process is asked anew."""
    health = asyncio.run(_ask_all(run))
    rows = [Row("PROCESS", "STATE", "PID", "PORT", "MEMORY", "RESTARTS")]
    rows += [_row(status, healthy=health[status.name]) for status in run.processes]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    title = f"Mutua is {run.phase} (supervisor {run.pid}, bus {run.bus}, data in {run.data})"
    return "\n".join([title, "", *lines]), run.phase is Phase.READY and all(health.values())


async def _ask_all(run: RunStatus) -> dict[str, bool]:
    async with httpx.AsyncClient(trust_env=False) as client:

        async def ask(status: ProcessStatus) -> bool:
            if status.pid is None or not psutil.pid_exists(status.pid):
                return False
            return await answers(status.health_url, status.ports, client)

        told = await asyncio.gather(*(ask(status) for status in run.processes))
    return dict(zip((status.name for status in run.processes), told, strict=True))


def _row(status: ProcessStatus, *, healthy: bool) -> Row:
    state = status.state if status.state is not State.HEALTHY or healthy else "not healthy"
    ports = ", ".join(str(port) for port in status.ports) or "-"
    return Row(status.name, state, str(status.pid or "-"), ports, _memory(status.pid), str(status.restarts))


def _memory(pid: int | None) -> str:
    """Return the memory that the process and its children hold for themselves alone."""
    if pid is None:
        return "-"
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        held = sum(member.memory_full_info().uss for member in family)
    except psutil.Error:
        return "-"
    return f"{held / _MEBIBYTE:.0f} MiB"
