"""Delete objects that no row knows: a process died between storing the bytes and the commit."""

from datetime import datetime, timedelta

import structlog
from prometheus_client import Counter

from claims_api.adapters.document_files import FOLDERS
from claims_api.adapters.fund_terms_file import all_fund_terms
from claims_api.bootstrap import SOURCE, Services
from kit.clock import SystemClock
from kit.context import Context
from kit.metrics import REGISTRY

log = structlog.get_logger(__name__)

REMOVED = Counter(
    "mutua_documents_orphans_removed",
    "Objects of the document store that were deleted because no row knew them.",
    ("service",),
    registry=REGISTRY,
)


async def remove_orphans(services: Services, now: datetime | None = None) -> int:
    """Delete the objects without a row that are older than the grace; return how many.

    The age is told by the store, which knows nothing of a demo's clock: so `now` is the real time.
    """
    grace = timedelta(seconds=services.settings.orphan_grace_seconds)
    if not grace:
        return 0
    moment = (now or SystemClock().now()) - grace
    removed = 0
    for fund in all_fund_terms():
        context = Context(fund=fund, actor=f"system:{SOURCE}", now=services.clock.now())
        for folder in FOLDERS:
            async for keys in services.contents.older_than(f"{fund}/{folder}", moment):
                removed += await _remove(services, context, keys)
    return removed


async def _remove(services: Services, context: Context, keys: list[str]) -> int:
    async with services.uow.begin(context) as tx:
        orphans = await tx.documents.orphans(keys)
    for key in orphans:
        await services.contents.delete(key)
    if orphans:
        REMOVED.labels(SOURCE).inc(len(orphans))
        log.warning("orphans_removed", fund=context.fund, objects=len(orphans))
    return len(orphans)
