"""The one place that wires payout-svc."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from kit.clock import Clock
from kit.context import Context
from kit.database import Database
from kit.documents import DocumentStore, open_store
from kit.pages import Cursors
from kit.transaction import UnitOfWork
from payout_svc.adapters.statement_press import TypstStatementPress
from payout_svc.adapters.tax_file import CsvTaxFile
from payout_svc.adapters.transfer_file_store import StoredTransferFiles
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.adapters.verification_file import FileVerifier
from payout_svc.domain.bank_channel import Debtor
from payout_svc.settings import PayoutSettings
from payout_svc.use_cases.ports import BeginWork, PayeeVerifier
from payout_svc.use_cases.tax_ports import TaxFile


@dataclass(frozen=True, slots=True)
class Services:
    """What the entry points use."""

    settings: PayoutSettings
    uow: UnitOfWork[PayoutsTransaction]
    clock: Clock
    documents: DocumentStore
    files: StoredTransferFiles
    press: TypstStatementPress
    verifier: PayeeVerifier
    tax_file: TaxFile
    cursors: Cursors

    def begin(self, context: Context) -> BeginWork:
        """Return the opener of further transactions in the same circumstances."""

        def begin() -> AbstractAsyncContextManager[PayoutsTransaction]:
            return self.uow.begin(context)

        return begin


def build(settings: PayoutSettings, *, clock: Clock | None = None) -> Services:
    """Wire the service from its settings."""
    database = Database.of(settings)
    documents = open_store(settings.documents_url, settings.document_keys)
    debtor = Debtor(settings.debtor_name, settings.debtor_iban, settings.debtor_bic)
    return Services(
        settings=settings,
        uow=UnitOfWork(database, PayoutsTransaction),
        clock=clock or settings.clock(),
        documents=documents,
        files=StoredTransferFiles(documents, debtor),
        press=TypstStatementPress(),
        verifier=FileVerifier(),
        tax_file=CsvTaxFile(),
        cursors=Cursors(settings.cursor_secret.get_secret_value()),
    )
