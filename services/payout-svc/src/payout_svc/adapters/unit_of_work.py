"""One transaction of payout-svc with its stores."""

from kit.transaction import Transaction
from payout_svc.adapters.bank_channel_store import PostgresChannelStore
from payout_svc.adapters.bank_report_store import PostgresBankReportStore
from payout_svc.adapters.bank_statement_store import PostgresBankStatementStore
from payout_svc.adapters.claim_check_store import PostgresClaimCheckStore
from payout_svc.adapters.closing_store import PostgresClosingStore
from payout_svc.adapters.fact_store import PostgresFactStore
from payout_svc.adapters.hold_store import PostgresHeirStore, PostgresHoldStore
from payout_svc.adapters.instalment_store import PostgresInstalmentStore
from payout_svc.adapters.ledger_store import PostgresLedgerStore
from payout_svc.adapters.paid_statement_store import PostgresPaidStatementStore
from payout_svc.adapters.payable_store import PostgresPayableStore
from payout_svc.adapters.payee_store import PostgresPayeeStore
from payout_svc.adapters.payout_store import PostgresPayoutStore
from payout_svc.adapters.read_store import PostgresReadStore
from payout_svc.adapters.run_store import PostgresRunStore
from payout_svc.adapters.tables import KIT
from payout_svc.adapters.tax_parameter_store import PostgresTaxParameterStore
from payout_svc.adapters.tax_store import PostgresTaxStore
from payout_svc.adapters.terms_store import PostgresTermsStore
from payout_svc.adapters.verification_store import PostgresVerificationStore


class PayoutsTransaction(Transaction):
    """The stores are made anew for the fund in which the transaction stands."""

    tables = KIT
    source = "payouts"

    @property
    def payees(self) -> PostgresPayeeStore:
        """Return the store of names and IBANs."""
        return PostgresPayeeStore(self.conn, self.fund)

    @property
    def terms(self) -> PostgresTermsStore:
        """Return the store of payment terms."""
        return PostgresTermsStore(self.conn, self.fund)

    @property
    def channel(self) -> PostgresChannelStore:
        """Return the store of the bank's terms."""
        return PostgresChannelStore(self.conn, self.fund)

    @property
    def payables(self) -> PostgresPayableStore:
        """Return the store of payables."""
        return PostgresPayableStore(self)

    @property
    def instalments(self) -> PostgresInstalmentStore:
        """Return the store of instalments."""
        return PostgresInstalmentStore(self.conn, self.fund)

    @property
    def holds(self) -> PostgresHoldStore:
        """Return the store of holds."""
        return PostgresHoldStore(self.conn, self.fund)

    @property
    def claim_checks(self) -> PostgresClaimCheckStore:
        """Return the store of checks of claims."""
        return PostgresClaimCheckStore(self.conn, self.fund)

    @property
    def heirs(self) -> PostgresHeirStore:
        """Return the store of heirs."""
        return PostgresHeirStore(self.conn, self.fund)

    @property
    def verifications(self) -> PostgresVerificationStore:
        """Return the store of verifications of payees."""
        return PostgresVerificationStore(self.conn, self.fund)

    @property
    def taxes(self) -> PostgresTaxStore:
        """Return the store of communications to the tax authority."""
        return PostgresTaxStore(self.conn, self.fund)

    @property
    def tax_rates(self) -> PostgresTaxParameterStore:
        """Return the store of the rates of withholding."""
        return PostgresTaxParameterStore(self.conn, self.fund)

    @property
    def ledger(self) -> PostgresLedgerStore:
        """Return the ledger."""
        return PostgresLedgerStore(self.conn, self.fund, self.now)

    @property
    def runs(self) -> PostgresRunStore:
        """Return the store of payout runs."""
        return PostgresRunStore(self.conn, self.fund)

    @property
    def payouts(self) -> PostgresPayoutStore:
        """Return the store of payouts."""
        return PostgresPayoutStore(self.conn, self.fund, self.context.traceparent)

    @property
    def reports(self) -> PostgresBankReportStore:
        """Return the store of bank reports."""
        return PostgresBankReportStore(self.conn, self.fund)

    @property
    def statements(self) -> PostgresBankStatementStore:
        """Return the store of bank statements."""
        return PostgresBankStatementStore(self.conn, self.fund)

    @property
    def facts(self) -> PostgresFactStore:
        """Return the store of other services' facts."""
        return PostgresFactStore(self)

    @property
    def closing(self) -> PostgresClosingStore:
        """Return the sides of a month."""
        return PostgresClosingStore(self.conn, self.fund)

    @property
    def paid(self) -> PostgresPaidStatementStore:
        """Return what members and facilities were paid."""
        return PostgresPaidStatementStore(self.conn, self.fund)

    @property
    def lists(self) -> PostgresReadStore:
        """Return the read side: the keyset lists."""
        return PostgresReadStore(self.conn, self.fund)
