"""What the demo's members find in their mailbox (the local mail server's own web interface)."""

from dataclasses import dataclass

import httpx


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail as its reader sees it."""

    id: int
    recipient: str
    subject: str
    attachments: tuple[str, ...]


class Mailbox:
    """The mail server's JSON interface."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx.AsyncClient(base_url=base_url, timeout=10)

    async def mails_to(self, recipient: str) -> list[Mail]:
        """Return what arrived for one address, oldest first."""
        messages = (await self._http.get("/messages/")).json()["messages"]
        wanted = [m for m in messages if recipient in m["recipients"]["to"]]
        found = []
        for message in sorted(wanted, key=lambda m: int(m["id"])):
            full = (await self._http.get(f"/messages/{message['id']}.json")).json()
            names = tuple(str(part["filename"]) for part in full.get("attachments", []))
            found.append(Mail(int(message["id"]), recipient, str(message["subject"]), names))
        return found

    async def attachment(self, mail: Mail) -> bytes:
        """Return the first attachment of an e-mail."""
        full = (await self._http.get(f"/messages/{mail.id}.json")).json()
        return (await self._http.get(full["attachments"][0]["href"])).content

    async def close(self) -> None:
        """Let go of the connection."""
        await self._http.aclose()
