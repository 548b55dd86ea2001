"""The mail relay: sessions over SMTP, at a rate that the relay allows."""

import asyncio
import ssl
import time

import aiosmtplib
from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from notify_svc.domain.delivery import Answer, Outcome
from notify_svc.settings import NotifySettings

_PERMANENT = 500
_NOTICEABLE_SECONDS = 0.02
_REFUSALS = {
    aiosmtplib.SMTPRecipientRefused: "recipient_refused",
    aiosmtplib.SMTPSenderRefused: "sender_refused",
    aiosmtplib.SMTPDataError: "text_refused",
}


class RelayUnreachable(Exception):
    """There is no usable connection to the relay: its trouble, not the message's."""


class Pace:
    """Let through so many a second, evenly."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second
        self._next = 0.0

    @property
    def seconds_left(self) -> float:
        return self._next - time.monotonic()

    async def wait(self) -> None:
        now = time.monotonic()
        turn = max(now, self._next)
        self._next = turn + self._gap
        if turn > now:
            await asyncio.sleep(turn - now)


class RelaySession:
    """One connection, made when it is needed and again when it broke."""

    def __init__(self, client: SMTP, *, pace: Pace, seconds: float) -> None:
        self._client = client
        self._pace = pace
        self._seconds = seconds

    @property
    def has_to_wait(self) -> bool:
        """Say whether the next turn is so far away that one should finish what is at hand."""
        return self._pace.seconds_left > _NOTICEABLE_SECONDS

    async def ready(self) -> None:
        """Wait for the turn and have a connection.

        Raises: RelayUnreachable, also when the relay refuses the greeting or the login.
        """
        await self._pace.wait()
        if self._client.is_connected:
            return
        try:
            await self._client.connect()
        except (SMTPException, OSError, ssl.SSLError) as error:
            raise RelayUnreachable(type(error).__name__) from error

    async def send(self, *, return_path: str, recipient: str, raw: bytes) -> Answer:
        """Hand one message over and return what the relay said, within the time that a sender holds a message."""
        text_begun = False
        try:
            async with asyncio.timeout(self._seconds):
                await self._client.mail(return_path)
                await self._client.rcpt(recipient)
                text_begun = True
                response = await self._client.data(raw)
        except SMTPResponseException as error:
            return await self._refusal(error)
        except (SMTPException, OSError, TimeoutError) as error:
            self._client.close()
            # Once the text was on its way the relay may have taken it.
            if text_begun:
                return Answer(Outcome.UNKNOWN, "answer_lost", text=type(error).__name__)
            return Answer(Outcome.DEFERRED, "connection_lost", text=type(error).__name__)
        return Answer(Outcome.ACCEPTED, "accepted", code=response.code, text=response.message)

    async def close(self) -> None:
        """Say goodbye."""
        if self._client.is_connected:
            try:
                await self._client.quit()
            except (SMTPException, OSError):
                self._client.close()

    async def _refusal(self, error: SMTPResponseException) -> Answer:
        """Clear the failed transaction, so that the next message starts clean."""
        try:
            if self._client.is_connected:
                await self._client.rset()
        except (SMTPException, OSError):
            self._client.close()
        outcome = Outcome.REFUSED if error.code >= _PERMANENT else Outcome.DEFERRED
        reason = _REFUSALS.get(type(error), "relay_refused")
        return Answer(outcome, reason, code=error.code, text=error.message)


class SmtpRelay:
    """Sessions to the one relay of the settings, kept open from one batch to the next."""

    def __init__(self, settings: NotifySettings) -> None:
        self._settings = settings
        self._pace = Pace(settings.smtp_rate_per_second)
        self._free: list[tuple[float, RelaySession]] = []
        self._tls = None if settings.smtp_tls == "off" else _tls_context(settings)

    def take(self) -> RelaySession:
        """Return a session that nobody else uses, an open one where there is one."""
        return self._free.pop()[1] if self._free else self._session()

    def give_back(self, session: RelaySession) -> None:
        """Keep a session for the next who takes one."""
        self._free.append((time.monotonic(), session))

    async def close_idle(self, seconds: float) -> None:
        """Say goodbye on the sessions that nobody took for so long: relays close silent ones themselves."""
        now = time.monotonic()
        idle = [session for since, session in self._free if now - since >= seconds]
        self._free = [(since, session) for since, session in self._free if now - since < seconds]
        for session in idle:
            await session.close()

    async def close(self) -> None:
        """Say goodbye on every session that is not in use."""
        await self.close_idle(0)

    def _session(self) -> RelaySession:
        settings = self._settings
        password = settings.smtp_password
        client = SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_user,
            password=password.get_secret_value() if password else None,
            timeout=settings.smtp_timeout_seconds,
            use_tls=settings.smtp_tls == "implicit",
            start_tls={"auto": None, "required": True}.get(settings.smtp_tls, False),
            tls_context=self._tls,
        )
        return RelaySession(client, pace=self._pace, seconds=settings.smtp_timeout_seconds)


def _tls_context(settings: NotifySettings) -> ssl.SSLContext:
    """Trust the authorities of the system, or those of a file alone; without verification the line is only hidden."""
    context = ssl.create_default_context(cafile=settings.smtp_tls_ca_file)
    if not settings.smtp_tls_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
