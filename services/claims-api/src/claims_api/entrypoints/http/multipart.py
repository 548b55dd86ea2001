"""Read an upload as it comes: never the whole body in memory, never more than the limit."""

import hashlib
import tempfile
from pathlib import Path
from typing import BinaryIO, Self, cast

from fastapi import Request
from streaming_form_data import ParseFailedException, StreamingFormDataParser
from streaming_form_data.targets import BaseTarget

from claims_api.domain.document_kinds import MAX_DOCUMENT_BYTES
from claims_api.domain.errors import DocumentTooLarge, InvalidUpload
from kit.errors import FieldError

_FIELD_BYTES = 100
# What a form adds around the file: boundaries, part headers, the other fields.
_FORM_BYTES = 64 * 1024


class FilePart(BaseTarget):  # type: ignore[misc]
    """The file of the form, spooled to disk, hashed and counted on its way."""

    def __init__(self, spool: BinaryIO) -> None:
        super().__init__()
        self.spool = spool
        self.size_bytes = 0
        self.parts = 0
        self.complete = False
        self._hash = hashlib.sha256()

    def on_start(self) -> None:
        self.parts += 1

    def on_data_received(self, chunk: bytes) -> None:
        self.size_bytes += len(chunk)
        if self.size_bytes > MAX_DOCUMENT_BYTES:
            raise too_large()
        self._hash.update(chunk)
        self.spool.write(chunk)

    def on_finish(self) -> None:
        self.complete = True

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    @property
    def path(self) -> Path:
        """The file as others open it, with everything that has come."""
        self.spool.flush()
        return Path(self.spool.name)


class TextPart(BaseTarget):  # type: ignore[misc]
    """A short text field of the form."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._bytes = b""

    def on_data_received(self, chunk: bytes) -> None:
        self._bytes += chunk
        if len(self._bytes) > _FIELD_BYTES:
            raise invalid(self._name, "text_length", "The field is too long.")

    @property
    def text(self) -> str | None:
        return self._bytes.decode("utf-8", "replace").strip() or None


def too_large() -> DocumentTooLarge:
    message = f"A document has at most {MAX_DOCUMENT_BYTES // 1_000_000} MB."
    return DocumentTooLarge(message, errors=[FieldError("/file", "file_size", message)])


def invalid(name: str, rule: str, message: str) -> InvalidUpload:
    return InvalidUpload(message, errors=[FieldError(f"/{name}", rule, message)])


class UploadForm:
    """A form with one file and short text fields; the file on disk is gone when the form is closed."""

    def __init__(self, *texts: str) -> None:
        spool = tempfile.NamedTemporaryFile(prefix="upload-")  # noqa: SIM115 (closed by __exit__)
        self._spool = cast("BinaryIO", spool)
        self.file = FilePart(self._spool)
        self.texts = {name: TextPart(name) for name in texts}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._spool.close()

    async def read(self, request: Request) -> None:
        """Take in the request's body.

        Raises: DocumentTooLarge, InvalidUpload.
        """
        declared = request.headers.get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared) > MAX_DOCUMENT_BYTES + _FORM_BYTES:
            raise too_large()
        try:
            await self._parse(request)
        except ParseFailedException as error:
            raise invalid("file", "multipart", "Send a multipart/form-data form with the file.") from error
        if self.file.parts != 1 or not self.file.complete:
            raise invalid("file", "one_file", "Send exactly one file, whole.")
        if self.file.size_bytes == 0:
            raise invalid("file", "file_empty", "The file is empty.")

    async def _parse(self, request: Request) -> None:
        parser = StreamingFormDataParser(headers=request.headers)
        parser.register("file", self.file)
        for name, part in self.texts.items():
            parser.register(name, part)
        received = 0
        async for chunk in request.stream():
            received += len(chunk)
            if received > MAX_DOCUMENT_BYTES + _FORM_BYTES:
                raise too_large()
            parser.data_received(chunk)
