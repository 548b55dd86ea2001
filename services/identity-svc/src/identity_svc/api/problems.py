"""Failures of the JSON API as problem documents (RFC 9457), in the shape of every service."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, JsonResponse
from pydantic import ValidationError

from kit.errors import Conflict, DomainError, FieldError, InvalidInput, NotAllowed, NotFound

STATUS: Mapping[type[DomainError], int] = {NotFound: 404, Conflict: 409, InvalidInput: 422, NotAllowed: 403}
TITLES = {
    400: "The request cannot be read",
    401: "Authentication required or token not valid",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict with the present state",
    422: "The input breaks a rule",
    500: "Error",
}


class Unauthorized(Exception):
    """There is no valid access token."""


def problem(
    request: HttpRequest, *, status: int, code: str, detail: str, errors: Sequence[FieldError] = ()
) -> JsonResponse:
    """Make the problem document of one failure."""
    document = {
        "type": f"urn:mutua:problem:{code.replace('_', '-')}",
        "title": TITLES[status],
        "status": status,
        "detail": detail,
        "code": code,
        "instance": request.path,
        "request_id": request.request_id,
        "errors": [{"pointer": e.pointer, "rule": e.rule, "message": e.message} for e in errors],
    }
    return JsonResponse(document, status=status, content_type="application/problem+json")


def domain_problem(request: HttpRequest, error: DomainError) -> JsonResponse:
    return problem(request, status=STATUS[type(error)], code=error.code, detail=error.message, errors=error.errors)


def invalid_body(error: ValidationError, *, place: str = "") -> InvalidInput:
    """Name every field at fault as kit's services do: JSON pointer, pydantic's rule, its message."""
    fields = [FieldError(_pointer(place, one["loc"]), one["type"], one["msg"]) for one in error.errors()]
    return InvalidInput(f"{fields[0].pointer}: {fields[0].message}", errors=fields)


def _pointer(place: str, location: Sequence[Any]) -> str:
    return place + "/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in location)
