"""The only place that wires the service."""

from dataclasses import dataclass

import httpx

from claims_api.adapters.peers import Peer
from claims_api.adapters.sandbox import DocumentChecker, Sandbox
from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.adapters.virus_scanner import VirusScanner
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
    links: Cursors
    checker: DocumentChecker
    sandbox: Sandbox
    scanner: VirusScanner | None
    rules: Peer
    bookings: Peer
    verifier: TokenVerifier | None = None


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    verifier: TokenVerifier | None = None,
    checker: DocumentChecker | None = None,
    peers: httpx.AsyncBaseTransport | None = None,
) -> Services:
    """Wire the service from its settings; a test passes its own clock, issuer and peers."""
    database = Database.of(settings)
    secret = settings.cursor_secret.get_secret_value()
    host = settings.clamav_host
    sandbox = Sandbox(memory_mb=settings.document_memory_mb)
    return Services(
        settings=settings,
        clock=clock or settings.clock(),
        uow=UnitOfWork(database, ClaimsTransaction),
        contents=open_store(settings.documents_url, settings.document_keys),
        cursors=Cursors(secret),
        links=Cursors(f"document links, {secret}"),
        checker=checker or sandbox,
        sandbox=sandbox,
        scanner=VirusScanner(host, settings.clamav_port, seconds=settings.clamav_seconds) if host else None,
        rules=Peer("rules", settings.rules_url, transport=peers),
        bookings=Peer("bookings", settings.bookings_url, transport=peers),
        verifier=verifier,
    )
