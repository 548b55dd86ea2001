"""The envelope address to which a mail server sends back what it could not deliver.

Each sending has its own (VERP): a bounce is known by the address it comes to, whatever the foreign server writes in it.
"""

import re
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Sending:
    """One sending of one message; `number` counts how often an operator sent it again."""

    message_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class ReturnPaths:
    """The return paths under one mailbox, `bounces+<message>-<number>@example.org`."""

    mailbox: str

    def of(self, sending: Sending) -> str:
        """Return the address that a sending goes out from."""
        local, _, domain = self.mailbox.rpartition("@")
        return f"{local}+{sending.message_id.hex}-{sending.number}@{domain}"

    def find(self, text: str) -> Sending | None:
        """Return the sending whose return path stands in a text, None where there is none."""
        local, _, domain = self.mailbox.rpartition("@")
        tag = rf"(?<![\w.+-]){re.escape(local)}\+([0-9a-f]{{32}})-([0-9]{{1,4}})@{re.escape(domain)}(?![\w.-])"
        found = re.search(tag, text, re.IGNORECASE)
        return Sending(UUID(found[1]), int(found[2])) if found else None


def sending_of_message_id(text: str, domain: str) -> Sending | None:
    """Return the sending that a Message-ID header of ours names."""
    uuid = r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    found = re.search(rf"<{uuid}(?:\.([0-9]{{1,4}}))?@{re.escape(domain)}>", text, re.IGNORECASE)
    return Sending(UUID(found[1]), int(found[2] or 0)) if found else None
