"""Which HTTP status a failure has, where the kit's table does not say it."""

from collections.abc import Mapping

from kit.errors import DomainError

PROBLEMS: Mapping[type[DomainError], int] = {}
