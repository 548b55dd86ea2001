"""The routing table, routes.yaml, checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class Route:
    """One row of routes.yaml."""

    prefix: str
    service: str
    access: str = "token"
    roles: tuple[str, ...] = ()
    body: str = "json"
    timeout_seconds: float | None = None
    pages: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """routes.yaml, checked."""

    routes: tuple[Route, ...]
    health: Mapping[str, str]
    body_limits: Mapping[str, int]
    portal: tuple[str, ...] = ()


def load_table(path: Path) -> Table:
    """Read the routing table.

    Raises: ValueError when a row contradicts itself, another row, or names what is not there.
    """
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    routes = tuple(Route(**row | {"roles": tuple(row.get("roles", ()))}) for row in data["routes"])
    table = Table(
        routes=routes,
        health={name: service["health"] for name, service in data["services"].items()},
        body_limits=data["body_limits"],
        portal=tuple(data.get("portal", ())),
    )
    for route in routes:
        _check(route, table)
    return table


def _check(route: Route, table: Table) -> None:
    if not re.fullmatch(r"(/[a-z0-9.-]+)+", route.prefix):
        raise ValueError(f"{route.prefix}: not a path of whole, small segments")
    if route.service not in table.health or route.body not in table.body_limits:
        raise ValueError(f"{route.prefix}: unknown service or body class")
    if route.access not in ("token", "public") or (route.access == "public" and route.roles):
        raise ValueError(f"{route.prefix}: access is token or public, and only a token has roles")
    inside = [r.prefix for r in table.routes if r is not route and f"{r.prefix}/".startswith(f"{route.prefix}/")]
    if inside:
        # Rows are ordered by their body class, so that a row inside another could be hidden by it.
        raise ValueError(f"{route.prefix}: overlaps {', '.join(inside)}")
