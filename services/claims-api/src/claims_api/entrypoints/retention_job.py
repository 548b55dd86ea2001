"""Erase the documents whose time is over, fund by fund, each in a transaction of its own."""

from uuid import UUID

from claims_api.adapters.retention_file import all_retention_rules
from claims_api.bootstrap import SOURCE, Services
from claims_api.domain.retention import RetentionRules
from claims_api.use_cases.erase_document import erase_by_rule
from kit.context import Context

BATCH = 200


async def erase_documents(services: Services) -> int:
    """Return how many documents were erased."""
    return sum([await _erase_of(services, rules) for rules in all_retention_rules().values()])


async def _erase_of(services: Services, rules: RetentionRules) -> int:
    now = services.clock.now()
    context = Context(fund=rules.fund, actor=f"system:{SOURCE}", now=now)
    erased, after = 0, UUID(int=0)
    while True:
        async with services.uow.begin(context) as tx:
            found = await tx.documents.erasure_candidates(rules, after=after, limit=BATCH)
        for document_id in found:
            async with services.uow.begin(context) as tx:
                erased += await erase_by_rule(tx, document_id=document_id, rules=rules)
        if len(found) < BATCH:
            return erased
        after = found[-1]
