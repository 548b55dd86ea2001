"""The only place that wires the service together."""

from collections.abc import Mapping
from dataclasses import dataclass

from booking_api.adapters.fund_terms_file import all_fund_terms
from booking_api.adapters.pass_signer import PassSigner
from booking_api.adapters.rules_quotes import HttpQuoteDesk
from booking_api.adapters.transition_file import all_transitions
from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.transition import Transition
from booking_api.settings import BookingSettings
from kit.auth import TokenVerifier
from kit.clock import Clock
from kit.database import Database
from kit.documents import DocumentStore, open_store
from kit.pages import Cursors
from kit.transaction import UnitOfWork


@dataclass(frozen=True, slots=True)
class Services:
    """What the entry points need."""

    settings: BookingSettings
    uow: UnitOfWork[BookingsTransaction]
    clock: Clock
    verifier: TokenVerifier
    documents: DocumentStore
    cursors: Cursors
    funds: Mapping[str, FundTerms]
    transitions: Mapping[str, Transition]
    passes: PassSigner
    quotes: HttpQuoteDesk

    def terms_of(self, fund: str) -> FundTerms:
        """Return the terms of a fund; a token for a fund without terms is a fault of the installation."""
        return self.funds[fund]


def build(settings: BookingSettings, *, clock: Clock | None = None) -> Services:
    """Build everything from the settings; tests bring their own clock."""
    database = Database.of(settings)
    return Services(
        settings=settings,
        uow=UnitOfWork(database, BookingsTransaction),
        clock=clock or settings.clock(),
        verifier=TokenVerifier.from_jwks(
            issuer=settings.issuer_url, audience=settings.audience, jwks_url=settings.jwks_url
        ),
        documents=open_store(settings.documents_url, settings.document_keys),
        cursors=Cursors(settings.cursor_secret.get_secret_value()),
        funds=all_fund_terms(),
        transitions=all_transitions(),
        quotes=HttpQuoteDesk(settings.rules_url),
        passes=PassSigner(settings.pass_keys.get_secret_value()),
    )
