"""Delivery status notifications (RFC 3464), read with the library's parser behind bounds of our own.

Whoever can send mail can send one of these. So the input is bounded before the parser sees it: its length (the report
stands before the returned message, so the beginning is enough), its parts, the length of its structural headers. Parts
are neither decoded nor kept; what is taken from them is short and checked by pattern.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message

from notify_svc.domain.bounce import Bounce
from notify_svc.domain.errors import BounceUnreadable
from notify_svc.domain.return_path import ReturnPaths, Sending, sending_of_message_id

MAX_BYTES = 1024 * 1024
_READ_BYTES = 128 * 1024
_MOST_PARTS = 30
_LONGEST_HEADER = 2000
_LONGEST_DIAGNOSTIC = 300
_MOST_RECIPIENTS = 50

_CONTENT_TYPE = re.compile(rb"^content-type[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
_BLANK_LINES = re.compile(rb"\n{3,}")
_STATUS = re.compile(r"^\s*([245]\.[0-9]{1,3}\.[0-9]{1,3})\b")
_SMTP_STATUS = re.compile(r"\b([45]\.[0-9]{1,3}\.[0-9]{1,3})\b")
# Where mail servers note to whom the envelope of the report was addressed.
_ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
_HEADERS_OF_ORIGINAL = ("message/rfc822", "message/rfc822-headers", "text/rfc822-headers", "message/global")


class DeliveryReports:
    """Reads the reports about mail that was sent from our addresses."""

    def __init__(self, *, return_paths: ReturnPaths, domain: str) -> None:
        self._return_paths = return_paths
        self._domain = domain

    def read(self, raw: bytes) -> Bounce | None:
        """Return the failure that a report tells of; None when nothing of ours has failed for good.

        Raises: BounceUnreadable when it is no mail, or one made to hurt.
        """
        mail = _parse(raw)
        failed = _failed_recipient(mail)
        sending = self._sending(mail)
        if failed is None or sending is None:
            return None
        return Bounce(sending=sending, status=_status(failed), diagnostic=_diagnostic(failed))

    def _sending(self, mail: Message) -> Sending | None:
        for name in _ADDRESSED:
            for value in mail.get_all(name, [])[:_MOST_RECIPIENTS]:
                sending = self._return_paths.find(_short(value))
                if sending is not None:
                    return sending
        for text in _original_message_ids(mail):
            sending = sending_of_message_id(text, self._domain)
            if sending is not None:
                return sending
        return None


def _parse(raw: bytes) -> Message:
    # The parser makes an object of every blank line inside a report.
    raw = _BLANK_LINES.sub(b"\n\n", raw[:_READ_BYTES].replace(b"\r\n", b"\n"))
    structure = [len(found.group()) for found in _CONTENT_TYPE.finditer(raw)]
    if len(structure) > _MOST_PARTS or max(structure, default=0) > _LONGEST_HEADER:
        raise BounceUnreadable("the message has too many parts or too long headers")
    try:
        # The old policy leaves headers as they came: the new one parses addresses, at a length-squared price.
        mail = message_from_bytes(raw, policy=policy.compat32)
    except (ValueError, LookupError, RecursionError) as error:
        raise BounceUnreadable("the message cannot be read") from error
    if not mail.keys():
        raise BounceUnreadable("send the whole message, with its headers")
    return mail


def _parts(mail: Message, *kinds: str) -> Iterator[Message]:
    return (part for part in mail.walk() if part.get_content_type() in kinds)


def _failed_recipient(mail: Message) -> Message | None:
    """Return the block of a recipient that has failed; the first block of a report is about the message."""
    if mail.get_content_type() != "multipart/report":
        return None
    for status in _parts(mail, "message/delivery-status", "message/global-delivery-status"):
        blocks = status.get_payload()
        if isinstance(blocks, list):
            for block in blocks[: _MOST_RECIPIENTS + 1]:
                if isinstance(block, Message) and _short(block.get("Action", "")).strip().lower() == "failed":
                    return block
    return None


def _status(block: Message) -> str:
    """Return the enhanced status; a server that gives none still says why in its diagnostic."""
    found = _STATUS.match(_short(block.get("Status", "")))
    if found is None or found[1].startswith("2"):
        found = _SMTP_STATUS.search(_short(block.get("Diagnostic-Code", "")))
    return found[1] if found else "5.0.0"


def _diagnostic(block: Message) -> str:
    text = _short(block.get("Diagnostic-Code", ""))
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:_LONGEST_DIAGNOSTIC]


def _original_message_ids(mail: Message) -> Iterator[str]:
    for part in _parts(mail, *_HEADERS_OF_ORIGINAL):
        payload = part.get_payload()
        if isinstance(payload, list):
            yield from (_short(one.get("Message-ID", "")) for one in payload[:1] if isinstance(one, Message))
        else:
            yield from re.findall(r"^message-id:[^\n]{0,400}", str(payload)[:_READ_BYTES], re.IGNORECASE | re.MULTILINE)


def _short(value: object) -> str:
    return str(value)[:_LONGEST_HEADER]
