"""The transaction of this service: the kit's, with the stores."""

from sqlalchemy.ext.asyncio import AsyncConnection

from booking_api.adapters import tables
from booking_api.adapters.booking_store import PostgresBookingStore
from booking_api.adapters.campaign_store import PostgresCampaignStore
from booking_api.adapters.dispensing_store import PostgresDispensingStore
from booking_api.adapters.facility_store import PostgresFacilityStore
from booking_api.adapters.foreign_store import PostgresForeignStore
from booking_api.adapters.import_store import PostgresImportStore
from booking_api.adapters.manager_store import PostgresManagerStore
from booking_api.adapters.matter_store import PostgresMatterStore
from booking_api.adapters.member_store import PostgresMemberStore
from booking_api.adapters.plan_store import PostgresPlanStore
from booking_api.adapters.price_store import PostgresPriceHistory
from booking_api.adapters.remittance_store import PostgresRemittanceStore
from booking_api.adapters.slot_store import PostgresSlotStore
from booking_api.adapters.webhook_store import PostgresWebhookStore
from booking_api.use_cases.campaign_ports import CampaignStore
from booking_api.use_cases.dispensing_ports import DispensingStore
from booking_api.use_cases.foreign_ports import ForeignStore
from booking_api.use_cases.manager_ports import ManagerStore
from booking_api.use_cases.matter_ports import MatterStore
from booking_api.use_cases.ports import BookingStore, FacilityStore, ImportStore, MemberStore, PlanStore, SlotStore
from booking_api.use_cases.remittance_ports import RemittanceStore
from booking_api.use_cases.webhook_ports import WebhookStore
from kit.context import Context
from kit.transaction import Transaction


class BookingsTransaction(Transaction):
    """One open transaction on the schema `bookings`."""

    tables = tables.kit
    source = "bookings"

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        super().__init__(conn, context)
        self._webhooks = PostgresWebhookStore(self)
        self._bookings = PostgresBookingStore(self, self._webhooks)
        self._dispensing = PostgresDispensingStore(self)
        self._foreign = PostgresForeignStore(self)
        self._managers = PostgresManagerStore(self)
        self._matters = PostgresMatterStore(self)
        self._remittances = PostgresRemittanceStore(self)
        self._campaigns = PostgresCampaignStore(self)
        self._prices = PostgresPriceHistory(self)
        self._facilities = PostgresFacilityStore(self, self._prices)
        self._imports = PostgresImportStore(self)
        self._slots = PostgresSlotStore(self)
        self._members = PostgresMemberStore(self)
        self._plans = PostgresPlanStore(self)

    @property
    def bookings(self) -> BookingStore:
        return self._bookings

    @property
    def facilities(self) -> FacilityStore:
        return self._facilities

    @property
    def prices(self) -> PostgresPriceHistory:
        return self._prices

    @property
    def campaigns(self) -> CampaignStore:
        return self._campaigns

    @property
    def imports(self) -> ImportStore:
        return self._imports

    @property
    def slots(self) -> SlotStore:
        return self._slots

    @property
    def members(self) -> MemberStore:
        return self._members

    @property
    def dispensing(self) -> DispensingStore:
        return self._dispensing

    @property
    def foreign(self) -> ForeignStore:
        return self._foreign

    @property
    def managers(self) -> ManagerStore:
        return self._managers

    @property
    def matters(self) -> MatterStore:
        return self._matters

    @property
    def remittances(self) -> RemittanceStore:
        return self._remittances

    @property
    def webhooks(self) -> WebhookStore:
        return self._webhooks

    @property
    def plans(self) -> PlanStore:
        return self._plans
