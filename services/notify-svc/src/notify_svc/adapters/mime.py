"""A rendered mail as bytes for the wire: HTML with its text alternative, and the attachment.

Written out here and not by `email.message`, which parses and folds every header anew and encodes the body line by line:
that was more than half of what a message cost. The tests read the bytes back with the library's strict parser.
"""

import re
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email.base64mime import body_encode
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.utils import format_datetime, parseaddr, quote
from functools import lru_cache

from notify_svc.domain.mail import Contact, RenderedMail

_LINE = 76
# RFC 5322, 2.1.1, without the line end.
_LONGEST_LINE = 998
_END = "\r\n"
_PLAIN_ADDRESS = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII
)
_PLAIN_NAME = re.compile(r"[\w!#$%&'*+/=?^`{|}~ -]*", re.ASCII)


class AddressUnusable(ValueError):
    """The contact's address is no e-mail address."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A PDF that goes with the message; `filename` is ASCII."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a message is from and where answers go."""

    name: str
    address: str
    reply_to: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def write_mime(
    *,
    mail: RenderedMail,
    contact: Contact,
    sender: Sender,
    message_id: str,
    sent_at: datetime,
    attachment: Attachment | None,
) -> bytes:
    # Unguessable by what is written in the bodies: it names the message.
    boundary = f"=_{message_id.strip('<>').partition('@')[0]}"
    texts = _parts("alternative", boundary, _quoted_part("plain", mail.text), _html_part(mail.html))
    if attachment is not None:
        outer = f"{boundary}_"
        texts = _parts("mixed", outer, texts, _pdf_part(attachment))
    headers = (
        *_from(sender.name, sender.address, sender.reply_to),
        _address("To", _name_of(contact), _usable(contact.email or "")),
        _unstructured("Subject", mail.subject),
        f"Date: {format_datetime(sent_at)}",
        f"Message-ID: {message_id}",
        # No out-of-office answers to a machine (RFC 3834).
        "Auto-Submitted: auto-generated",
        f"Content-Language: {contact.language}",
        "MIME-Version: 1.0",
        "",
    )
    return _END.join(headers).encode("ascii") + texts


def _parts(subtype: str, boundary: str, *parts: bytes) -> bytes:
    line = f"--{boundary}".encode()
    head = f'Content-Type: multipart/{subtype};{_END} boundary="{boundary}"{_END}{_END}'.encode()
    return head + b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"


def _html_part(html: str) -> bytes:
    """Write HTML as it is, letters beyond ASCII as references: for the reader the same, and nothing to encode."""
    lines = _crlf(html).encode("ascii", "xmlcharrefreplace")
    if max(map(len, lines.split(b"\r\n"))) > _LONGEST_LINE:
        return _quoted_part("html", html)
    return (
        f'Content-Type: text/html; charset="us-ascii"{_END}Content-Transfer-Encoding: 7bit{_END}{_END}'.encode() + lines
    )


def _quoted_part(subtype: str, text: str) -> bytes:
    """Encode for seven bits: the text arrives unchanged through a relay without 8BITMIME."""
    head = f'Content-Type: text/{subtype}; charset="utf-8"{_END}Content-Transfer-Encoding: quoted-printable{_END}{_END}'
    return head.encode() + b2a_qp(_crlf(text).encode(), istext=True)


def _crlf(text: str) -> str:
    # Also at the end: b2a_qp breaks its lines in the way of the first line end that it finds.
    lines = text.replace("\r\n", "\n").replace("\n", _END)
    return lines if lines.endswith(_END) else lines + _END


def _pdf_part(attachment: Attachment) -> bytes:
    head = (
        f"Content-Type: application/pdf{_END}Content-Transfer-Encoding: base64{_END}"
        f'Content-Disposition: attachment; filename="{attachment.filename}"{_END}{_END}'
    )
    return head.encode("ascii") + body_encode(attachment.content, maxlinelen=_LINE, eol=_END).encode("ascii")


@lru_cache(maxsize=64)
def _from(name: str, address: str, reply_to: str) -> tuple[str, str]:
    return _address("From", name, address), _address("Reply-To", name, reply_to)


def _address(field: str, name: str, address: str) -> str:
    if not name:
        return f"{field}: {address}"
    if not name.isascii():
        shown = _encoded(field, name)
    elif _PLAIN_NAME.fullmatch(name):
        shown = name
    else:
        shown = f'"{quote(name)}"'
    return f"{field}: {shown}{_END} <{address}>"


def _unstructured(field: str, text: str) -> str:
    if text.isascii() and len(field) + len(text) + 2 <= _LINE:
        return f"{field}: {text}"
    return f"{field}: {_encoded(field, text)}"


def _encoded(field: str, text: str) -> str:
    return Header(text, "us-ascii" if text.isascii() else "utf-8", header_name=field).encode(linesep=_END)


def _name_of(contact: Contact) -> str:
    """Return the name on one line, without what no terminal should be shown."""
    name = f"{contact.first_name} {contact.last_name}"
    return " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())


def _usable(address: str) -> str:
    if _PLAIN_ADDRESS.fullmatch(address):
        return address
    if parseaddr(address)[1] != address or address.count("@") != 1 or not address.isascii():
        raise AddressUnusable("the contact's address is no e-mail address")
    try:
        return Address(addr_spec=address).addr_spec
    except (ValueError, IndexError, HeaderParseError) as error:
        raise AddressUnusable("the contact's address is no e-mail address") from error
