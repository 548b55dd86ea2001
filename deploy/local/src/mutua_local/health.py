"""Ask a process whether it is well."""

import asyncio
import contextlib
import socket
from collections.abc import Iterable
from pathlib import Path

import httpx

from mutua_local.processes import Process

_TIMEOUT_SECONDS = 2.0


async def is_healthy(process: Process, pid: int, client: httpx.AsyncClient) -> bool:
    """Tell whether the process does its work; one without address or port is well as long as it lives."""
    if process.is_ready:
        return process.is_ready(pid)
    return await answers(process.health_url, process.ports.values(), client)


async def answers(health_url: str | None, ports: Iterable[int], client: httpx.AsyncClient) -> bool:
    """Tell whether the address answers 200; without an address, whether the ports accept connections."""
    if health_url is None:
        return all([await accepts(port) for port in ports])
    try:
        response = await client.get(health_url, timeout=_TIMEOUT_SECONDS)
    except httpx.HTTPError:
        return False
    return response.status_code == httpx.codes.OK


def holds_pid(file: Path, pid: int) -> bool:
    """Tell whether a process has written its id into the file that says it is ready."""
    try:
        return file.read_text(encoding="ascii") == str(pid)
    except FileNotFoundError:
        return False


async def accepts(port: int, *, host: str = "127.0.0.1") -> bool:
    """Tell whether somebody listens on a port."""
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


def is_free(port: int) -> bool:
    """Tell whether a port of this machine can be listened on."""
    with socket.socket() as probe:
        probe.settimeout(_TIMEOUT_SECONDS)
        # macOS lets a second socket bind beside a wildcard listener, so ask for an answer first.
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
