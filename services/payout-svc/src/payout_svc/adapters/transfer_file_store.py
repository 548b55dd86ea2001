"""Drafts of bank files: written to a temporary file, checked, then stored once under their hash."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import IO, Self

from kit.documents import DocumentNotFound, DocumentStore
from payout_svc.adapters.transfer_file import HashingStream, TransferFileWriter
from payout_svc.adapters.transfer_file_check import check_transfer_file
from payout_svc.domain.bank_channel import Debtor
from payout_svc.domain.payout import Transfer
from payout_svc.domain.payout_run import FilePart, PayoutRun, TransferFile

CHUNK_BYTES = 1024 * 1024
Put = Callable[[str, AsyncIterable[bytes]], Awaitable[None]]


class StoredTransferFiles:
    """Bank files in the document store; the key carries the hash, so key and content always belong together."""

    def __init__(self, documents: DocumentStore, debtor: Debtor, fund: str = "") -> None:
        self._documents = documents
        self._debtor = debtor
        self._fund = fund

    def of(self, fund: str) -> Self:
        """Return the files of a fund, which are written with its key."""
        return type(self)(self._documents, self._debtor, fund)

    async def hash_of(self, file: TransferFile) -> str | None:
        """Read a stored file again; None when it is gone."""
        digest = hashlib.sha256()
        try:
            async for chunk in await self._documents.stream(file.key):
                digest.update(chunk)
        except DocumentNotFound:
            return None
        return digest.hexdigest()

    @asynccontextmanager
    async def draft(self, run: PayoutRun, part: FilePart) -> AsyncIterator["TransferFileDraft"]:
        """Open a draft; its temporary file goes away with it."""
        with tempfile.NamedTemporaryFile(prefix="payout-run-", suffix=".xml") as file:
            put = partial(self._documents.put, fund=self._fund)
            yield TransferFileDraft(run, part, file, run.channel.debtor or self._debtor, put)


class TransferFileDraft:
    """One bank file in the making."""

    def __init__(self, run: PayoutRun, part: FilePart, file: IO[bytes], debtor: Debtor, put: Put) -> None:
        self._run = run
        self._part = part
        self._file = file
        self._put = put
        self._stream = HashingStream(file)
        self._writer = TransferFileWriter(self._stream, run, part, debtor)
        self._writer.open()

    def add(self, transfers: Sequence[Transfer]) -> None:
        """Write the next transfers."""
        self._writer.add(transfers)

    async def store(self) -> TransferFile:
        """Finish the file, check it, and store it."""
        self._writer.close()
        self._file.flush()
        path = Path(self._file.name)
        # Reading 100,000 transfers back takes seconds: other requests go on meanwhile.
        await asyncio.to_thread(check_transfer_file, path, self._run, self._part)
        key = f"payout-runs/{self._run.run_id}/{self._stream.sha256}.xml"
        await self._put(key, _chunks(path))
        return TransferFile(self._part, key, self._stream.sha256, self._stream.size_bytes)


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
            yield chunk
