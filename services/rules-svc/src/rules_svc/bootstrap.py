"""The only place that wires the service."""

from dataclasses import dataclass

from kit.clock import Clock
from kit.database import Database
from kit.pages import Cursors
from kit.transaction import UnitOfWork
from rules_svc.adapters.tables import SCHEMA
from rules_svc.adapters.unit_of_work import RulesTransaction
from rules_svc.settings import RulesSettings

__all__ = ["SCHEMA", "Services", "build"]


@dataclass(frozen=True, slots=True)
class Services:
    """What the entry points need."""

    settings: RulesSettings
    clock: Clock
    uow: UnitOfWork[RulesTransaction]
    cursors: Cursors


def build(settings: RulesSettings, *, clock: Clock | None = None) -> Services:
    """Wire the service from its settings; a test passes its own clock."""
    database = Database.of(settings)
    return Services(
        settings=settings,
        clock=clock or settings.clock(),
        uow=UnitOfWork(database, RulesTransaction),
        cursors=Cursors(settings.cursor_secret.get_secret_value()),
    )
