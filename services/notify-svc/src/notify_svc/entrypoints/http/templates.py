"""The templates of the fund, to look at."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from kit.auth import Access, Caller
from notify_svc.bootstrap import Services
from notify_svc.entrypoints.http.schemas import TemplateItem, TemplateList

Staff = Annotated[Caller, Depends(Access("operator", "fund_admin"))]

# The preview is a page of our own origin: it may show itself and load nothing.
_SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
_PREVIEW_NAME = "Giulia"


def templates_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/templates", tags=["messages"])

    @router.get("")
    async def list_templates(caller: Staff) -> TemplateList:
        """List the templates of the caller's fund with their versions."""
        names = services.templates.names(caller.fund)
        return TemplateList(
            items=[TemplateItem(name=name, versions=dict(versions)) for name, versions in names.items()]
        )

    @router.get(
        "/{name}/preview",
        response_class=Response,
        responses={200: {"content": {"text/html": {}, "text/plain": {}}}},
    )
    async def preview_template(
        caller: Staff,
        name: str,
        language: Annotated[Literal["it", "en"], Query()] = "it",
        form: Annotated[Literal["html", "text"], Query(alias="format")] = "html",
    ) -> Response:
        """Show a template filled with made-up data."""
        services.templates.require(caller.fund, name)
        mail = services.templates.render(
            fund=caller.fund,
            name=name,
            language=language,
            first_name=_PREVIEW_NAME,
            data=services.templates.sample(name),
        )
        if form == "text":
            text = f"{mail.subject}\n\n{mail.text}"
            return Response(text, media_type="text/plain; charset=utf-8", headers=_SAFE)
        return Response(mail.html, media_type="text/html; charset=utf-8", headers=_SAFE)

    return router
