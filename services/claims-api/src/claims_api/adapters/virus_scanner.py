"""Ask clamd about a file (ClamAV's INSTREAM command)."""

import asyncio
from pathlib import Path

from aioclamd import ClamdAsyncClient, ClamdError

from kit.errors import Unavailable


class VirusScannerUnavailable(Unavailable):
    """The scanner does not answer, or did not look at the whole file."""

    code = "virus_scanner_unavailable"


class VirusScanner:
    """One clamd; whatever is not a clear "OK" or "FOUND" counts as no answer."""

    def __init__(self, host: str, port: int, *, seconds: float) -> None:
        self._client = ClamdAsyncClient(host, port, timeout=seconds)

    async def finds_virus(self, file: Path) -> bool:
        """Say whether the scanner knows something bad in the file.

        Raises: VirusScannerUnavailable.
        """
        try:
            with file.open("rb") as content:
                answer = await self._client.instream(content)
        except (
            ClamdError,
            OSError,
            ValueError,
            TypeError,
            AttributeError,
            EOFError,
            asyncio.IncompleteReadError,
        ) as error:
            raise VirusScannerUnavailable("The virus scanner does not answer.") from error
        status = next(iter((answer or {}).values()), ("", None))[0]
        if status not in {"OK", "FOUND"}:
            raise VirusScannerUnavailable("The virus scanner did not look at the file.")
        return bool(status == "FOUND")
