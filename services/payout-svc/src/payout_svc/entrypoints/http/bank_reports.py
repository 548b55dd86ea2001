"""/v1/bank-reports: the bank's answers."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from kit.auth import Access, Caller
from kit.commands import run_command
from payout_svc.adapters.status_report import read_status_report
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.bootstrap import Services
from payout_svc.entrypoints.http.schemas import ReportView
from payout_svc.entrypoints.http.xml_body import XML_BODY, bounded_xml
from payout_svc.use_cases.record_bank_report import record_bank_report

Officer = Annotated[Caller, Depends(Access("payments_officer"))]


def bank_reports_router(services: Services) -> APIRouter:
    """Make the route that takes in the bank's answers."""
    router = APIRouter(prefix="/v1/bank-reports", tags=["bank reports"])

    @router.post("", response_model=ReportView, openapi_extra=XML_BODY)
    async def receive_bank_report(request: Request, principal: Officer) -> Response:
        """Take in a payment status report (pain.002).

        Transfers are found by their end-to-end id. What the bank rejects is open again, the IBAN is held and the payee
        is told. The same content again changes nothing and gives the same answer.
        """
        content = await bounded_xml(request)
        report = read_status_report(content)
        sha256 = hashlib.sha256(content).hexdigest()

        async def work(tx: PayoutsTransaction) -> ReportView:
            result = await record_bank_report(tx, report=report, sha256=sha256, received_by=principal.subject)
            return ReportView.model_validate(result)

        return await run_command(request, principal, uow=services.uow, work=work)

    return router
