"""Write an audit row in the transaction of the change."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from identity_svc.models import AuditEntry


def record(  # noqa: PLR0913 (one argument a column)
    request: HttpRequest,
    *,
    fund: str,
    actor: str,
    action: str,
    entity: str,
    entity_id: object,
    person_id: UUID | None = None,
    **details: Any,
) -> None:
    """Record who did what; details hold no personal data beyond ids and no secret."""
    AuditEntry.objects.create(
        fund=fund,
        at=timezone.now(),
        actor=actor,
        action=action,
        entity=entity,
        entity_id=str(entity_id),
        person_id=person_id,
        request_id=request.request_id,
        traceparent=request.traceparent,
        details=details,
    )
