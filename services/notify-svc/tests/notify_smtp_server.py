"""A small real SMTP server that answers as the test wants."""

import asyncio
import ssl
from collections.abc import Callable
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
    return_paths: list[str] = field(default_factory=list)
    # A context alone makes TLS from the first byte; with `offers_starttls` the line begins in the clear.
    tls: ssl.SSLContext | None = None
    offers_starttls: bool = False
    encrypted: list[bool] = field(default_factory=list)
    on_rcpt: Callable[[str], str | None] = lambda _recipient: None
    on_data: Callable[[EmailMessage], str | None] = lambda _message: None
    greeting: str = "220 test ESMTP"
    connections: int = 0
    port: int = 0

    async def start(self) -> None:
        context = None if self.offers_starttls else self.tls
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=2**26, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        line = _Line(self, reader, writer)
        try:
            await line.say(self.greeting)
            await line.talk()
        except (ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()


@dataclass
class _Line:
    """One connection."""

    server: SmtpServer
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    recipient: str = ""
    return_path: str = ""

    async def say(self, line: str) -> None:
        self.writer.write(f"{line}\r\n".encode())
        await self.writer.drain()

    async def talk(self) -> None:
        while command := (await self.reader.readline()).decode().strip():
            verb = command.split(" ")[0].upper()
            if verb == "QUIT":
                await self.say("221 bye")
                return
            if verb == "DATA":
                await self.say("354 go on")
                if not await self._take():
                    return
            else:
                await self._answer(verb, command.partition("<")[2].partition(">")[0])

    async def _answer(self, verb: str, address: str) -> None:
        answer = "250 ok"
        if verb == "MAIL":
            self.return_path = address
        elif verb == "RCPT":
            self.recipient = address
            answer = self.server.on_rcpt(address) or answer
        elif verb == "EHLO" and self.server.offers_starttls:
            answer = "250-test\r\n250 STARTTLS"
        elif verb == "STARTTLS" and self.server.tls is not None:
            await self.say("220 go on")
            await self.writer.start_tls(self.server.tls)
            return
        await self.say(answer)

    async def _take(self) -> bool:
        server = self.server
        raw = (await self.reader.readuntil(b"\r\n.\r\n"))[:-3].replace(b"\r\n..", b"\r\n.")
        message = message_from_bytes(raw, policy=policy.default)
        answer = server.on_data(message)
        if answer == DROP:
            return False
        if answer in (None, TAKE_AND_DROP):
            server.accepted.append(message)
            server.recipients.append(self.recipient)
            server.return_paths.append(self.return_path)
            server.encrypted.append(self.writer.get_extra_info("ssl_object") is not None)
        if answer == TAKE_AND_DROP:
            return False
        await self.say(answer or "250 taken")
        return True
