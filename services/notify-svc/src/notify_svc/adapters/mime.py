"""A rendered mail as bytes for the wire: HTML with its text alternative, and the attachment."""

from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr

from notify_svc.domain.mail import Contact, RenderedMail


class _MailPolicy(EmailPolicy):
    """The usual folding, but for a subject with accents: the library loses the space after a word that it encodes
    ("non èautorizzata"), so such a subject is encoded as a whole.
    """

    def fold(self, name: str, value: str) -> str:
        if name.lower() == "subject" and not value.isascii():
            return f"{name}: {Header(value, 'utf-8', header_name=name).encode(linesep=self.linesep)}{self.linesep}"
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")


# 7-bit transfer encodings: the text arrives unchanged through a relay without 8BITMIME.
_ENCODING = "quoted-printable"
_POLICY = _MailPolicy(linesep=SMTP.linesep, cte_type="7bit")


class AddressUnusable(ValueError):
    """The contact's address is no e-mail address."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A PDF that goes with the message."""

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
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(sender.name, addr_spec=sender.address)
    message["To"] = _recipient(contact)
    message["Reply-To"] = Address(sender.name, addr_spec=sender.reply_to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(sent_at)
    message["Message-ID"] = message_id
    # No out-of-office answers to a machine (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    # Named, because the library would try two encodings to find the shorter one.
    message.set_content(mail.text, charset="utf-8", cte=_ENCODING)
    message.add_alternative(mail.html, subtype="html", charset="utf-8", cte=_ENCODING)
    if attachment is not None:
        message.add_attachment(attachment.content, maintype="application", subtype="pdf", filename=attachment.filename)
    # After the content, which takes the headers of that name with it.
    message["Content-Language"] = contact.language
    return message.as_bytes()


def _recipient(contact: Contact) -> Address:
    address = contact.email or ""
    name = " ".join(f"{contact.first_name} {contact.last_name}".split())
    if parseaddr(address)[1] != address or address.count("@") != 1 or not address.isascii():
        raise AddressUnusable("the contact's address is no e-mail address")
    try:
        return Address(name, addr_spec=address)
    except (ValueError, IndexError, HeaderParseError) as error:
        raise AddressUnusable("the contact's address is no e-mail address") from error
