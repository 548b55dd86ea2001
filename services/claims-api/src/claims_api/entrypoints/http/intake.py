"""Take in a file that has arrived whole: check it, store it, register it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel

from claims_api.adapters.document_files import Received, receive
from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.domain.document import Document, DocumentState
from claims_api.domain.document_kinds import DocumentKind
from claims_api.entrypoints.http.document_views import DocumentView, waiting_headers
from claims_api.use_cases.store_document import store_document
from kit.auth import Caller
from kit.commands import run_command
from kit.ids import new_id


class UploadFacts(BaseModel):
    """What makes two uploads with one Idempotency-Key the same."""

    member_id: UUID
    kind: DocumentKind
    sha256: str


@dataclass(frozen=True, slots=True)
class Intake:
    """One arrived file on its way in."""

    services: Services
    caller: Caller
    facts: UploadFacts

    async def answer(self, request: Request, source: Path, key: str | None) -> Response:
        """Check and store the file, register it once, and answer with the document."""
        received = await receive(
            self.services.contents,
            self.services.checker,
            fund=self.caller.fund,
            source=source,
            sha256=self.facts.sha256,
            seconds=self.services.settings.document_check_seconds,
        )
        # The bytes go first: a row without its bytes would be worse than bytes that no row knows.
        used: list[Document] = []

        async def work(tx: ClaimsTransaction) -> DocumentView:
            used.append(await self.register(tx, received))
            return DocumentView.of(used[-1])

        response = None
        try:
            response = await run_command(
                request,
                self.caller,
                uow=self.services.uow,
                body=self.facts,
                key=key,
                status=201,
                work=work,
                location=lambda view: f"/v1/documents/{view.document_id}",
            )
        finally:
            # A refusal, or the answer of an earlier request with this key: nobody knows these bytes.
            if response is None or not used:
                await self.services.contents.delete(received.file.storage_key)
        if used:
            response.headers.update(waiting_headers(used[-1].state))
        return response

    async def register(self, tx: ClaimsTransaction, received: Received) -> Document:
        """Write the document's row: ready, or due for what the worker still has to do."""
        if not received.checked:
            state: DocumentState = DocumentState.RECEIVED
        else:
            state = DocumentState.CHECKED if self.services.scanner else DocumentState.READY
        return await store_document(
            tx,
            document_id=new_id(),
            member_id=self.facts.member_id,
            kind=self.facts.kind,
            sha256=self.facts.sha256,
            file=received.file,
            state=state,
            work_due_at=None if state is DocumentState.READY else tx.now,
        )


FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "kind"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "PDF, JPEG, PNG, HEIC or electronic invoice (XML, P7M), at most 20 MB",
                        },
                        "kind": {"type": "string", "enum": [str(kind) for kind in DocumentKind]},
                        "member_id": {"type": "string", "format": "uuid", "description": "Staff only: whose it is"},
                    },
                }
            }
        },
    }
}
