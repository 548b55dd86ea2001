"""The transaction of this service: the kit's, with the stores."""

from sqlalchemy.ext.asyncio import AsyncConnection

from claims_api.adapters.appeal_store import PostgresAppealStore
from claims_api.adapters.case_store import HeldCases, PostgresCaseStore
from claims_api.adapters.check_store import PostgresCheckStore
from claims_api.adapters.delegation_store import PostgresDelegationStore
from claims_api.adapters.desk_store import PostgresOverdue, PostgresReviewStore, PostgresWorkQueue
from claims_api.adapters.document_index import PostgresDocumentIndex
from claims_api.adapters.extraction_store import PostgresExtractionStore
from claims_api.adapters.filing_consent_store import PostgresFilingConsentStore
from claims_api.adapters.import_store import PostgresImportStore
from claims_api.adapters.member_store import PostgresMemberStore
from claims_api.adapters.office_store import PostgresOfficeStore
from claims_api.adapters.plan_store import PostgresPlanStore
from claims_api.adapters.practice_store import PostgresPracticeStore
from claims_api.adapters.tables import KIT
from claims_api.adapters.task_store import PostgresTaskStore
from claims_api.adapters.upload_store import PostgresUploadStore
from kit.context import Context
from kit.transaction import Transaction


class ClaimsTransaction(Transaction):
    """What the use cases receive; a store takes the circumstances of the moment it is asked for."""

    tables = KIT
    source = "claims"

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        super().__init__(conn, context)
        self._held_cases = HeldCases()

    async def settle(self) -> None:
        """Write what was gathered, the cases that a batch holds with it."""
        self.cases.write_held()
        await super().settle()

    @property
    def members(self) -> PostgresMemberStore:
        return PostgresMemberStore(self.conn, self.context)

    @property
    def cases(self) -> PostgresCaseStore:
        return PostgresCaseStore(self, self._held_cases)

    @property
    def practices(self) -> PostgresPracticeStore:
        return PostgresPracticeStore(self.conn, self.context)

    @property
    def documents(self) -> PostgresDocumentIndex:
        return PostgresDocumentIndex(self.conn, self.context)

    @property
    def extractions(self) -> PostgresExtractionStore:
        return PostgresExtractionStore(self.conn, self.context)

    @property
    def uploads(self) -> PostgresUploadStore:
        return PostgresUploadStore(self.conn, self.context)

    @property
    def plans(self) -> PostgresPlanStore:
        return PostgresPlanStore(self.conn, self.context)

    @property
    def tasks(self) -> PostgresTaskStore:
        return PostgresTaskStore(self.conn, self.context)

    @property
    def work(self) -> PostgresWorkQueue:
        return PostgresWorkQueue(self.conn, self.context)

    @property
    def reviews(self) -> PostgresReviewStore:
        return PostgresReviewStore(self.conn, self.context)

    @property
    def appeals(self) -> PostgresAppealStore:
        return PostgresAppealStore(self.conn, self.context)

    @property
    def office(self) -> PostgresOfficeStore:
        return PostgresOfficeStore(self.conn, self.context)

    @property
    def overdue(self) -> PostgresOverdue:
        return PostgresOverdue(self.conn, self.context)

    @property
    def checks(self) -> PostgresCheckStore:
        return PostgresCheckStore(self.conn, self.context)

    @property
    def filing_consents(self) -> PostgresFilingConsentStore:
        return PostgresFilingConsentStore(self.conn, self.context)

    @property
    def delegations(self) -> PostgresDelegationStore:
        return PostgresDelegationStore(self.conn, self.context)

    @property
    def imports(self) -> PostgresImportStore:
        return PostgresImportStore(self.conn, self.context)
