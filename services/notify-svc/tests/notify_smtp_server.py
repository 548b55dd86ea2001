"""A small real SMTP server that answers as the test wants."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

DROP = "drop"
TAKE_AND_DROP = "take and drop"


@dataclass
class SmtpServer:
    """Accepts mail; `on_rcpt` and `on_data` may answer 4xx or 5xx instead.

    DROP loses the text and closes; TAKE_AND_DROP takes it and closes before answering.
    """

    accepted: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    on_rcpt: Callable[[str], str | None] = lambda _recipient: None
    on_data: Callable[[EmailMessage], str | None] = lambda _message: None
    greeting: str = "220 test ESMTP"
    connections: int = 0
    port: int = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=2**26)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        recipient = ""

        async def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())
            await writer.drain()

        await say(self.greeting)
        try:
            while line := (await reader.readline()).decode().strip():
                verb = line.split(" ")[0].upper()
                if verb == "RCPT":
                    recipient = line.partition("<")[2].partition(">")[0]
                    answer = self.on_rcpt(recipient) or "250 ok"
                    await say(answer)
                elif verb == "DATA":
                    await say("354 go on")
                    if not await self._take(reader, say, recipient):
                        break
                elif verb == "QUIT":
                    await say("221 bye")
                    break
                else:
                    await say("250 ok")
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _take(self, reader: asyncio.StreamReader, say: Callable[[str], Awaitable[None]], recipient: str) -> bool:
        raw = (await reader.readuntil(b"\r\n.\r\n"))[:-3].replace(b"\r\n..", b"\r\n.")
        message = message_from_bytes(raw, policy=policy.default)
        answer = self.on_data(message)
        if answer == DROP:
            return False
        if answer in (None, TAKE_AND_DROP):
            self.accepted.append(message)
            self.recipients.append(recipient)
        if answer == TAKE_AND_DROP:
            return False
        await say(answer or "250 taken")
        return True
