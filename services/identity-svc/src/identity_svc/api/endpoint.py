"""The shell of one JSON route: caller, transaction narrowed to the caller's fund, problem documents."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from pydantic import BaseModel, ValidationError

from identity_svc.api.caller import caller_with
from identity_svc.api.problems import Unauthorized, domain_problem, invalid_body, problem
from kit.auth import Principal
from kit.errors import DomainError

Handler = Callable[..., BaseModel]
Body = TypeVar("Body", bound=BaseModel)


def endpoint(methods: Mapping[str, tuple[Handler, int]], *, role: str = "fund_admin") -> Callable[..., HttpResponse]:
    """Make a view of the handlers by method; each handler gets the request, the caller and the path's values."""

    def view(request: HttpRequest, **path: str) -> HttpResponse:
        if request.method not in methods:
            allowed = ", ".join(sorted(methods))
            response = problem(request, status=405, code="method_not_allowed", detail=f"use {allowed}")
            response["Allow"] = allowed
            return response
        handler, status = methods[request.method]
        try:
            return _run(request, handler, status, path, role)
        except Unauthorized as error:
            response = problem(request, status=401, code="unauthorized", detail=str(error))
            response["WWW-Authenticate"] = "Bearer"
            return response
        except DomainError as error:
            return domain_problem(request, error)

    # No cookie is looked at here: there is nothing for a foreign page to ride on.
    exempt: Callable[..., HttpResponse] = csrf_exempt(view)
    return exempt


def _run(request: HttpRequest, handler: Handler, status: int, path: Mapping[str, str], role: str) -> HttpResponse:
    with transaction.atomic():
        caller: Principal = caller_with(request, role)
        with connection.cursor() as cursor:
            cursor.execute("select set_config('app.fund', %s, true)", [caller.fund])
        result = handler(request, caller, **path)
    return JsonResponse(result.model_dump(mode="json"), status=status)


def read_body(request: HttpRequest, model: type[Body]) -> Body:
    """Return the request's JSON body.

    Raises: InvalidInput that names every field at fault.
    """
    try:
        return model.model_validate_json(request.body)
    except ValidationError as error:
        raise invalid_body(error) from None


def read_query(request: HttpRequest, model: type[Body]) -> Body:
    """Return the request's query parameters.

    Raises: InvalidInput that names every parameter at fault.
    """
    try:
        return model.model_validate(request.GET.dict())
    except ValidationError as error:
        raise invalid_body(error, place="/query") from None
