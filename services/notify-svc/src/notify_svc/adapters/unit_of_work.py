"""The transaction of notify-svc."""

from dataclasses import replace
from typing import ClassVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from kit.context import Context
from kit.tables import KitTables
from kit.transaction import Transaction
from notify_svc.adapters.bounce_store import PostgresBounces
from notify_svc.adapters.contact_store import PostgresContacts
from notify_svc.adapters.message_store import PostgresMessages
from notify_svc.adapters.preference_store import PostgresPreferences
from notify_svc.adapters.reminder_store import PostgresReminders, Stop
from notify_svc.adapters.tables import KIT
from notify_svc.domain.mail import Contact


class NotifyTransaction(Transaction):
    """The kit's transaction with this service's stores."""

    tables: ClassVar[KitTables] = KIT
    source: ClassVar[str] = "notify"

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        super().__init__(conn, context)
        self._stops: list[Stop] = []
        self._known_contacts: dict[UUID, Contact | None] = {}

    @property
    def bounces(self) -> PostgresBounces:
        return PostgresBounces(self.conn, self.context)

    @property
    def contacts(self) -> PostgresContacts:
        return PostgresContacts(self.conn, self.context, self._known_contacts)

    @property
    def messages(self) -> PostgresMessages:
        # Made from the present circumstances: a batch of events enters one fund after another.
        return PostgresMessages(self.conn, self.context)

    @property
    def preferences(self) -> PostgresPreferences:
        return PostgresPreferences(self.conn, self.context)

    @property
    def reminders(self) -> PostgresReminders:
        return PostgresReminders(self.conn, self.context, self._stops)

    async def settle(self) -> None:
        """Write what was gathered; what was read ahead of it may be old from now on."""
        self._known_contacts.clear()
        await self.reminders.write_stops()
        await super().settle()

    def follow(self, *, fund: str, traceparent: str | None) -> None:
        """Go on for a message's fund, under the trace of the event that led to it.

        Which rows are seen stays as it was: a batch of the sender sees those of every fund.
        """
        self.context = replace(self.context, fund=fund, traceparent=traceparent)
