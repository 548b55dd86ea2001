"""Errors on the wire: RFC 9457 problem documents that name the field and the rule."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from kit.errors import Conflict, DomainError, FieldError, InvalidInput, NotAllowed, NotFound, Unavailable

MEDIA_TYPE = "application/problem+json"

KIT_PROBLEMS: Mapping[type[DomainError], int] = {
    NotFound: 404,
    Conflict: 409,
    InvalidInput: 422,
    NotAllowed: 403,
    Unavailable: 503,
}


class ProblemField(BaseModel):
    """One fault of the input, by the pointer of its field."""

    pointer: str
    rule: str
    message: str


class Problem(BaseModel):
    """A problem document (RFC 9457) with Mutua's stable code and the fields at fault."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    request_id: str | None = None
    errors: list[ProblemField] = []


_TITLES = {
    400: "The request cannot be read",
    401: "Authentication required or token not valid",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict with the present state",
    413: "Request body too large",
    415: "Content type not supported",
    422: "The input breaks a rule",
    503: "Not available for now",
}


def problem_response(
    request: Request,
    *,
    status: int,
    code: str,
    detail: str,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
    **data: Any,
) -> Response:
    """Make the problem document of one failure."""
    document = {
        "type": f"urn:mutua:problem:{code.replace('_', '-')}",
        "title": _TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "code": code,
        "instance": request.url.path,
        "request_id": getattr(request.state, "request_id", None),
        "errors": [{"pointer": e.pointer, "rule": e.rule, "message": e.message} for e in errors],
        **data,
    }
    body = orjson.dumps(document, default=str)
    return Response(body, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def status_of(error: type[DomainError], problems: Mapping[type[DomainError], int]) -> int:
    """Return the HTTP status of an error class: its own row, else that of the nearest base in the kit's table."""
    for base in error.__mro__:
        if base in problems:
            return problems[base]
        if base in KIT_PROBLEMS:
            return KIT_PROBLEMS[base]
    raise LookupError(f"no HTTP status for {error.__name__}: add it to the service's problems.py")


def install_problems(app: FastAPI, problems: Mapping[type[DomainError], int]) -> None:
    """Answer every failure of the application with a problem document."""

    async def domain(request: Request, error: Exception) -> Response:
        if not isinstance(error, DomainError):
            raise error
        return problem_response(
            request,
            status=status_of(type(error), problems),
            code=error.code,
            detail=error.message,
            errors=error.errors,
            **error.data,
        )

    async def validation(request: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            raise error
        fields = [FieldError(pointer_of(e["loc"]), str(e["type"]), str(e["msg"])) for e in error.errors()]
        first = f"{fields[0].pointer}: {fields[0].message}" if fields else "the input is not valid"
        return problem_response(request, status=422, code="invalid_input", detail=first, errors=fields)

    async def http(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        code = {401: "unauthorized", 403: "not_allowed", 404: "not_found", 405: "method_not_allowed"}
        return problem_response(
            request,
            status=error.status_code,
            code=code.get(error.status_code, "http_error"),
            detail=str(error.detail),
            headers=error.headers,
        )

    app.add_exception_handler(DomainError, domain)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(HTTPException, http)


def pointer_of(location: Sequence[int | str]) -> str:
    """Turn FastAPI's location into a JSON pointer; places outside the body keep their name in front."""
    parts = list(location)
    if parts and parts[0] == "body":
        parts = parts[1:]
    return "/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in parts)
