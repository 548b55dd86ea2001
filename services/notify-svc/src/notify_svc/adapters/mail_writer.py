"""A claimed message made ready for the wire: words, address, attachment."""

from dataclasses import dataclass
from datetime import datetime

from jinja2 import TemplateError

from kit.documents import DocumentNotFound
from notify_svc.adapters.letters import Letters
from notify_svc.adapters.mail_templates import MailTemplates
from notify_svc.adapters.mime import AddressUnusable, Attachment, Sender, write_mime
from notify_svc.domain.delivery import Answer, Outcome
from notify_svc.domain.errors import DocumentUnusable, TemplateNotFound
from notify_svc.domain.mail import Message, RenderedMail, internet_message_id
from notify_svc.domain.return_path import ReturnPaths, Sending
from notify_svc.use_cases.ports import ClaimedMessage


class MailUnwritable(Exception):
    """The message cannot be made now; `answer` says whether trying later helps."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.reason)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class WrittenMail:
    """The bytes of a message and where they go."""

    mail: RenderedMail
    return_path: str
    recipient: str
    raw: bytes


class MailWriter:
    def __init__(
        self, *, templates: MailTemplates, letters: Letters, mail_from: str, return_paths: ReturnPaths
    ) -> None:
        self._templates = templates
        self._letters = letters
        self._mail_from = mail_from
        self._return_paths = return_paths

    async def write(self, claimed: ClaimedMessage, *, at: datetime) -> WrittenMail:
        """Return the message ready to send.

        Raises: MailUnwritable.
        """
        try:
            return await self._write(claimed, at)
        except DocumentNotFound:
            raise MailUnwritable(Answer(Outcome.DEFERRED, "document_missing")) from None
        except DocumentUnusable:
            raise MailUnwritable(Answer(Outcome.REFUSED, "document_unusable")) from None
        except AddressUnusable:
            raise MailUnwritable(Answer(Outcome.REFUSED, "address_unusable")) from None
        except (TemplateNotFound, TemplateError) as error:
            answer = Answer(Outcome.REFUSED, "template_error", text=type(error).__name__)
            raise MailUnwritable(answer) from error

    async def _write(self, claimed: ClaimedMessage, at: datetime) -> WrittenMail:
        message, contact = claimed.message, claimed.contact
        mail = self._templates.render(
            fund=message.fund,
            name=message.template,
            language=contact.language,
            first_name=contact.first_name,
            data=message.data,
        )
        sender = Sender(
            name=self._templates.sender_name(message.fund),
            address=self._mail_from,
            reply_to=self._templates.reply_to(message.fund),
        )
        raw = write_mime(
            mail=mail,
            contact=contact,
            sender=sender,
            message_id=internet_message_id(message.id, message.sending, sender.domain),
            sent_at=at,
            attachment=await self._attachment(message),
        )
        return_path = self._return_paths.of(Sending(message.id, message.sending))
        return WrittenMail(mail, return_path, contact.email or "", raw)

    async def _attachment(self, message: Message) -> Attachment | None:
        if message.document is None:
            return None
        content = await self._letters.read(message.document)
        return Attachment(filename=_filename(message), content=content)


def _filename(message: Message) -> str:
    code = str(message.data.get("code", ""))
    safe = "".join(letter for letter in code if letter.isalnum() or letter == "-")
    return f"{message.template.replace('_', '-')}{'-' if safe else ''}{safe}.pdf"
