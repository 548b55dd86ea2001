"""Django for a command that is no web process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django
import django.db


@contextmanager
def started() -> Iterator[None]:
    """Start Django, and close its connections at the end."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "identity_svc.settings")
    django.setup()
    try:
        yield
    finally:
        django.db.connections.close_all()
