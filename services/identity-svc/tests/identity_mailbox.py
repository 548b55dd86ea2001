"""A mailbox for tests: a small SMTP server that keeps what it gets."""

import email
import socketserver
import threading
from email.message import Message
from email.policy import default
from types import TracebackType
from typing import Self


class _Session(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        if self.server.broken:
            return
        self._say("220 mailbox")
        while line := self.rfile.readline():
            word = line.strip().upper()
            if word == b"DATA":
                self._say("354 go on")
                self._take()
                self._say("250 taken")
            elif word == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def _take(self) -> None:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.messages.append(email.message_from_bytes(b"".join(lines), policy=default))


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.messages: list[Message] = []
        self.broken = False


class Mailbox:
    """Mails to an address, in the order of their coming; a mail is there when its sender has its answer."""

    def __init__(self) -> None:
        self._server = _Server()
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def break_down(self, *, broken: bool) -> None:
        """Hang up on every sender, or serve again."""
        self._server.broken = broken

    def to(self, address: str) -> list[Message]:
        return [message for message in self._server.messages if message["To"] == address]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


def text_of(message: Message) -> str:
    return str(message.get_payload(decode=True), "utf-8")
