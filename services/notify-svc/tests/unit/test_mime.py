"""The bytes on the wire."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from html import unescape
from uuid import UUID

import pytest

from notify_svc.adapters.mime import AddressUnusable, Attachment, Sender, write_mime
from notify_svc.domain.mail import Contact, RenderedMail

MAIL = RenderedMail(subject="Pratica n. 1: è approvata", html="<p>Perché</p>", text="Perché\n.\n", version="v")
SENDER = Sender(name="Cassa Integrativa FNM", address="messaggi@mutua.example", reply_to="aiuto@mutua.example")


def written(attachment: Attachment | None = None, *, mail: RenderedMail = MAIL, **changes: str) -> EmailMessage:
    return message_from_bytes(raw_of(attachment, mail=mail, **changes), policy=policy.default)


def raw_of(attachment: Attachment | None = None, *, mail: RenderedMail = MAIL, **changes: str) -> bytes:
    facts = {"first_name": "Nicolò", "last_name": "D'Arrigo", "email": "nicolo@example.org", "language": "it"}
    contact = Contact(member_id=UUID(int=1), **(facts | changes))
    raw = write_mime(
        mail=mail,
        contact=contact,
        sender=SENDER,
        message_id="<1@mutua.example>",
        sent_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        attachment=attachment,
    )
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n\r\n")[0].split(b"\r\n")) <= 78
    return raw


def test_headers() -> None:
    message = written()
    assert message["Subject"] == MAIL.subject
    assert message["To"] == "Nicolò D'Arrigo <nicolo@example.org>"
    assert message["From"] == "Cassa Integrativa FNM <messaggi@mutua.example>"
    assert message["Message-ID"] == "<1@mutua.example>"
    assert message["Content-Language"] == "it"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def test_html_with_its_text_alternative() -> None:
    message = written()
    assert message.get_content_type() == "multipart/alternative"
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == MAIL.text
    assert unescape(message.get_body(("html",)).get_content().strip()) == MAIL.html


def test_html_with_a_line_longer_than_a_relay_takes_is_encoded() -> None:
    html = f"<p>{'città ' * 300}</p>"
    raw = raw_of(mail=replace(MAIL, html=html))
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert written(mail=replace(MAIL, html=html)).get_body(("html",)).get_content().strip() == html


def test_the_attachment_is_whole() -> None:
    content = bytes(range(256)) * 500
    message = written(Attachment("quota-letter-MB1.pdf", content))
    attachments = list(message.iter_attachments())
    assert [one.get_filename() for one in attachments] == ["quota-letter-MB1.pdf"]
    assert attachments[0].get_content() == content
    assert message.get_body(("html",)) is not None


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b@c", "a@b.org, c@d.org", "x\r\nBcc: y@z.org", "<a@b.org>", "à@example.org", "@x.org"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(AddressUnusable):
        written(email=address)


def test_a_line_end_in_a_name_adds_no_header() -> None:
    message = written(first_name="Eve\r\nBcc: all@example.org")
    assert message["Bcc"] is None
    assert len(message.get_all("To")) == 1


@pytest.mark.parametrize(
    "subject",
    [
        "La prenotazione del 12 gennaio 2027 non è autorizzata",
        "Il bonifico di 120,00 € non è andato a buon fine: serve un nuovo IBAN da indicare nel profilo, così paghiamo",
    ],
)
def test_a_subject_with_accents_keeps_its_spaces(subject: str) -> None:
    assert written(mail=replace(MAIL, subject=subject))["Subject"] == subject


@pytest.mark.parametrize("name", ['Anna "Annie"', "Rossi, Jr. (erede)", "Ñuñez, Ña.", "x" * 60, "A\\B"])
def test_any_name_arrives_as_it_is(name: str) -> None:
    assert written(first_name=name)["To"].addresses[0].display_name == f"{name} D'Arrigo"


def test_a_long_name_with_accents_is_folded_between_its_letters() -> None:
    # The strict parser reads a blank where such words meet; RFC 2047 (6.2) says that there is none.
    name = "Ñuñez-" * 12
    field = make_header(decode_header(message_from_bytes(raw_of(first_name=name))["To"]))
    assert parseaddr(str(field)) == (f"{name} D'Arrigo", "nicolo@example.org")
