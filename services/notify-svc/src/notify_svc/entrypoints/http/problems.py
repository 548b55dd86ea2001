"""Which fact answers with which status."""

from collections.abc import Mapping

from kit.errors import DomainError
from notify_svc.domain import errors

PROBLEMS: Mapping[type[DomainError], int] = {
    errors.MessageNotFound: 404,
    errors.MessageTransitionForbidden: 409,
    errors.TemplateNotFound: 404,
    errors.MessageNotOptional: 422,
    errors.BounceUnreadable: 422,
    errors.DocumentUnusable: 422,
}
