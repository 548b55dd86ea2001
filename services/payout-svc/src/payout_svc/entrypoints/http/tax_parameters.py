"""/v1/tax-parameters: the rate of withholding."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from kit.auth import Access, Caller
from kit.commands import run_command, run_query
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.bootstrap import Services
from payout_svc.domain.withholding import TaxParameter

Reader = Annotated[Caller, Depends(Access("payments_officer", "payments_approver", "fund_admin"))]
Administrator = Annotated[Caller, Depends(Access("fund_admin"))]
Rate = Annotated[int, Field(ge=0, le=9999, description="Basis points: 2000 is 20 %; 0 withholds nothing")]


class NewTaxParameter(BaseModel):
    model_config = ConfigDict(extra="forbid")

    withholding_bps: Rate


class TaxParameterView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    valid_from: date
    withholding_bps: Rate


class TaxParametersView(BaseModel):
    """The rates by the day from which they hold, the newest first; without any, nothing is withheld."""

    items: list[TaxParameterView]


def tax_parameters_router(services: Services) -> APIRouter:
    """Make the routes of tax parameters."""
    router = APIRouter(prefix="/v1/tax-parameters", tags=["tax parameters"])

    @router.get("", response_model=TaxParametersView)
    async def list_tax_parameters(request: Request, principal: Reader) -> Response:
        """List the rates of withholding."""

        async def work(tx: PayoutsTransaction) -> TaxParametersView:
            return TaxParametersView(items=[TaxParameterView.model_validate(one) for one in await tx.tax_rates.all()])

        return await run_query(request, principal, uow=services.uow, work=work)

    @router.put("/{valid_from}", response_model=TaxParameterView)
    async def set_tax_parameter(
        request: Request, principal: Administrator, valid_from: Annotated[date, Path()], body: NewTaxParameter
    ) -> Response:
        """Set the rate that is withheld, from a day on, of benefits that are gross of withholding.

        It counts for what is settled from then on; what is owed already stays as it is.
        """

        async def work(tx: PayoutsTransaction) -> TaxParameterView:
            parameter = TaxParameter(valid_from, body.withholding_bps)
            await tx.tax_rates.change(parameter, changed_by=principal.subject, at=tx.now)
            tx.audit(
                "tax_parameter_changed",
                entity="tax_parameter",
                entity_id=valid_from,
                withholding_bps=body.withholding_bps,
            )
            return TaxParameterView.model_validate(parameter)

        return await run_command(request, principal, uow=services.uow, body=body, work=work)

    return router
