"""A small server that speaks clamd's INSTREAM: enough to be asked, with the test virus of the antivirus makers."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

# Written in two parts, so that no scanner takes this file for the test virus itself.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    # man clamd: a command with the prefix n ends with a newline, one with z with a null, and so does its answer.
    end = {b"n": b"\n", b"z": b"\0"}[await reader.readexactly(1)]
    answer = "UNKNOWN COMMAND"
    if await reader.readuntil(end) == b"INSTREAM" + end:
        content = b""
        while size := struct.unpack("!L", await reader.readexactly(4))[0]:
            content += await reader.readexactly(size)
        answer = "stream: Eicar-Signature FOUND" if EICAR in content else "stream: OK"
    writer.write(answer.encode() + end)
    await writer.drain()
    writer.close()


@asynccontextmanager
async def clamd() -> AsyncIterator[int]:
    """Run the server; yield its port."""
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
