"""The only place that wires the service."""

from dataclasses import dataclass

from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.settings import Settings
from kit.auth import TokenVerifier
from kit.clock import Clock
from kit.database import Database
from kit.documents import DocumentStore, open_store
from kit.pages import Cursors
from kit.transaction import UnitOfWork

SOURCE = "claims"
SCHEMA = "claims"


@dataclass(frozen=True, slots=True)
class Services:
    """What the entry points need; without a verifier the keys come from the issuer."""

    settings: Settings
    clock: Clock
    uow: UnitOfWork[ClaimsTransaction]
    contents: DocumentStore
    cursors: Cursors
    verifier: TokenVerifier | None = None


def build(settings: Settings, *, clock: Clock | None = None, verifier: TokenVerifier | None = None) -> Services:
    """Wire the service from its settings; a test passes its own clock and issuer."""
    database = Database(settings.database_url.get_secret_value(), pool_size=settings.database_pool_size)
    return Services(
        settings=settings,
        clock=clock or settings.clock(),
        uow=UnitOfWork(database, ClaimsTransaction),
        contents=open_store(settings.documents_url),
        cursors=Cursors(settings.cursor_secret.get_secret_value()),
        verifier=verifier,
    )
