"""The letters in the shared document store, taken by key and checked by hash."""

import hashlib

from kit.documents import DocumentStore
from notify_svc.domain.errors import DocumentUnusable
from notify_svc.domain.mail import DocumentReference


class Letters:
    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def read(self, document: DocumentReference) -> bytes:
        """Return the document's bytes.

        Raises: DocumentNotFound (it may come later), DocumentUnusable (it is another one than announced).
        """
        content = await self._store.get(document.key)
        if hashlib.sha256(content).hexdigest() != document.sha256:
            raise DocumentUnusable("the document is not the one that was announced")
        return content
