"""/v1/bank-statements: what the bank has booked on the fund's account."""

import asyncio
import hashlib
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from kit.auth import Access, Caller
from kit.commands import run_command, run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page
from payout_svc.adapters.account_statement import read_account_statement
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.bootstrap import Services
from payout_svc.entrypoints.http.bank_schemas import BankStatementView, StatementLineView
from payout_svc.entrypoints.http.xml_body import XML_BODY, bounded_xml
from payout_svc.use_cases.record_bank_statement import record_bank_statement

Officer = Annotated[Caller, Depends(Access("payments_officer"))]
Outcome = Literal["settled", "returned", "unchanged", "pending", "unmatched"]


def bank_statements_router(services: Services) -> APIRouter:
    """Make the routes of the bank's statements."""
    router = APIRouter(prefix="/v1/bank-statements", tags=["bank statements"])

    @router.post("", response_model=BankStatementView, openapi_extra=XML_BODY)
    async def receive_bank_statement(request: Request, principal: Officer) -> Response:
        """Take in an account statement (camt.053) or a notice of bookings (camt.054).

        Booked debits confirm transfers, found by end-to-end id, or by the file's id where the bank books a file in one
        amount. A credit with a return reason opens the balance again, also after the transfer was settled. The same
        booking in a second message changes nothing. `unmatched` counts the lines that a person should look at.
        """
        content = await bounded_xml(request)
        statement = await asyncio.to_thread(read_account_statement, content)
        sha256 = hashlib.sha256(content).hexdigest()

        async def work(tx: PayoutsTransaction) -> BankStatementView:
            result = await record_bank_statement(
                tx,
                statement=statement,
                sha256=sha256,
                received_by=principal.subject,
                installed_account=services.settings.debtor_iban,
            )
            return BankStatementView.model_validate(result)

        return await run_command(request, principal, uow=services.uow, work=work)

    @router.get("/{statement_id}/lines", response_model=Page[StatementLineView])
    async def list_bank_statement_lines(
        request: Request,
        principal: Officer,
        statement_id: UUID,
        outcome: Outcome | None = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List a statement's lines with what each did; `outcome=unmatched` are those to look at."""
        position = services.cursors.read(cursor)
        after = int(position[0]) if position else 0

        async def work(tx: PayoutsTransaction) -> Page[StatementLineView]:
            rows = await tx.statements.lines(statement_id, outcome=outcome, after_line=after, limit=limit + 1)
            tx.audit("bank_statement_read", entity="bank_statement", entity_id=statement_id, after_line=after)
            following = services.cursors.write([rows[limit - 1]["line"]]) if len(rows) > limit else None
            return Page(items=[StatementLineView.model_validate(row) for row in rows[:limit]], next_cursor=following)

        return await run_query(request, principal, uow=services.uow, work=work)

    return router
