"""The only place that wires."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kit.auth import TokenVerifier
from kit.clock import Clock
from kit.database import Database
from kit.documents import open_store
from kit.pages import Cursors
from kit.transaction import UnitOfWork
from notify_svc.adapters.delivery_report import DeliveryReports
from notify_svc.adapters.fund_terms_file import read_fund_terms
from notify_svc.adapters.letters import Letters
from notify_svc.adapters.mail_templates import TEMPLATES, MailTemplates
from notify_svc.adapters.mail_writer import MailWriter
from notify_svc.adapters.smtp_relay import SmtpRelay
from notify_svc.adapters.unit_of_work import NotifyTransaction
from notify_svc.domain.fund_terms import FundTerms
from notify_svc.domain.return_path import ReturnPaths
from notify_svc.settings import NotifySettings


@dataclass(frozen=True, slots=True)
class Services:
    """What the entry points of one process share."""

    settings: NotifySettings
    uow: UnitOfWork[NotifyTransaction]
    clock: Clock
    verifier: TokenVerifier
    cursors: Cursors
    templates: MailTemplates
    terms: Mapping[str, FundTerms]
    writer: MailWriter
    delivery_reports: DeliveryReports
    relay: SmtpRelay


def build(settings: NotifySettings, *, clock: Clock | None = None, folder: Path = TEMPLATES) -> Services:
    """Wire one process."""
    database = Database.of(settings)
    templates = MailTemplates(public_url=settings.public_url, folder=folder)
    letters = Letters(open_store(settings.documents_url, settings.document_keys))
    return_paths = ReturnPaths(settings.bounce_address or settings.mail_from)
    domain = settings.mail_from.rpartition("@")[2]
    return Services(
        settings=settings,
        uow=UnitOfWork(database, NotifyTransaction),
        clock=clock or settings.clock(),
        verifier=TokenVerifier.from_jwks(
            issuer=settings.issuer_url, audience=settings.audience, jwks_url=settings.jwks_url
        ),
        cursors=Cursors(settings.cursor_secret.get_secret_value()),
        templates=templates,
        terms=read_fund_terms(folder),
        writer=MailWriter(
            templates=templates, letters=letters, mail_from=settings.mail_from, return_paths=return_paths
        ),
        delivery_reports=DeliveryReports(return_paths=return_paths, domain=domain),
        relay=SmtpRelay(settings),
    )
