"""One transaction of rules-svc with its stores."""

from kit.transaction import Transaction
from rules_svc.adapters.decision_store import PostgresDecisionStore
from rules_svc.adapters.draft_store import PostgresDraftStore
from rules_svc.adapters.ledger_audit import PostgresLedgerAudit
from rules_svc.adapters.limit_ledger import PostgresLimitLedger
from rules_svc.adapters.opening_store import PostgresOpeningStore
from rules_svc.adapters.person_store import PostgresPersonStore
from rules_svc.adapters.plan_store import PostgresPlanStore
from rules_svc.adapters.rate_store import PostgresRateStore
from rules_svc.adapters.simulation_store import PostgresSimulationStore
from rules_svc.adapters.tables import KIT
from rules_svc.adapters.text_catalogue import load_texts
from rules_svc.domain.texts import Texts


class RulesTransaction(Transaction):
    """The stores are made anew for the fund in which the transaction stands."""

    tables = KIT
    source = "rules"

    @property
    def texts(self) -> Texts:
        """Return the templates."""
        return load_texts()

    @property
    def plans(self) -> PostgresPlanStore:
        """Return the plans."""
        return PostgresPlanStore(self.conn, self.fund, self.now)

    @property
    def limits(self) -> PostgresLimitLedger:
        """Return the limits."""
        return PostgresLimitLedger(self.conn, self.fund, self.now)

    @property
    def decisions(self) -> PostgresDecisionStore:
        """Return the decisions."""
        return PostgresDecisionStore(self.conn, self.fund, self.now)

    @property
    def openings(self) -> PostgresOpeningStore:
        """Return the opening balances."""
        return PostgresOpeningStore(self.conn, self.fund, self.now)

    @property
    def rates(self) -> PostgresRateStore:
        """Return the official exchange rates."""
        return PostgresRateStore(self.conn, self.fund, self.now)

    @property
    def drafts(self) -> PostgresDraftStore:
        """Return the drafts of plans."""
        return PostgresDraftStore(self.conn, self.fund, self.now)

    @property
    def simulations(self) -> PostgresSimulationStore:
        """Return the simulations."""
        return PostgresSimulationStore(self.conn, self.fund, self.now)

    @property
    def ledger_audit(self) -> PostgresLedgerAudit:
        """Return the comparisons of the limits ledger."""
        return PostgresLedgerAudit(self.conn, self.fund, self.now)

    @property
    def persons(self) -> PostgresPersonStore:
        """Return the persons."""
        return PostgresPersonStore(self.conn, self.fund)
