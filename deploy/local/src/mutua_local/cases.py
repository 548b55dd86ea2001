"""`mutua cases PATH…`: hand golden cases to the services that own their rules, and compare."""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.cases import Case, differences, read_cases, topic_of, wanted
from mutua_local.errors import LocalRunError

# Whom to ask, by fund and kind; where several own parts of a topic, the first that answers a case decides it.
OWNERS: Mapping[str, tuple[str, ...]] = {
    "FNM claim": ("rules_svc",),
    "FNM payout": ("payout_svc",),
    "FNM booking": ("booking_api",),
    "FNM-ONECARE": ("claims_api", "booking_api"),
    "FASCHIM-FACILITY": ("booking_api",),
    "FASCHIM": ("rules_svc",),
    "ONAOSI": ("rules_svc",),
}
_LINES = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one case came out; `status` is passed, failed or unsupported."""

    case: Case
    status: str
    got: Mapping[str, Any]
    differences: Sequence[str]
    explanation: Sequence[str]

    def as_json(self) -> dict[str, Any]:
        """Return the row of `--json`."""
        return {
            "id": self.case["id"],
            "topic": topic_of(self.case),
            "title": self.case.get("title"),
            "status": self.status,
            "expected": wanted(self.case),
            "got": self.got,
            "differences": self.differences,
            "explanation": self.explanation,
            "arithmetic": self.case.get("explain"),
        }


def cases(options: argparse.Namespace) -> int:
    """Run the cases of files and folders; 1 when one fails."""
    found = [case for path in options.paths for file in _files(Path(path)) for case in _read(file)]
    verdicts = judge(found)
    if options.json:
        totals = dict(Counter(one.status for one in verdicts))
        print(json.dumps({"totals": totals, "cases": [one.as_json() for one in verdicts]}, ensure_ascii=False))
    else:
        print("\n".join(_report(verdicts, verbose=options.verbose)))
    return int(any(one.status == "failed" for one in verdicts))


def _files(path: Path) -> list[Path]:
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        raise LocalRunError(f"no case files at {path}")
    return files


def _read(file: Path) -> list[dict[str, Any]]:
    try:
        return read_cases(file)
    except ValueError as error:
        raise LocalRunError(f"{file}: {error}") from error


def judge(found: Sequence[Case]) -> list[Verdict]:
    """Ask the owners of each topic, and compare what they answer; the order stays."""
    rows: list[Mapping[str, Any]] = [{"unsupported": "no service owns it"}] * len(found)
    topics: dict[str, list[int]] = {}
    for place, case in enumerate(found):
        topics.setdefault(topic_of(case), []).append(place)
    with tempfile.TemporaryDirectory() as folder:
        plans = Path(folder) / "plans.json"
        plans.write_text(_output("rules_svc.entrypoints.cli", "events"), encoding="utf-8")
        for topic, places in topics.items():
            for owner in OWNERS.get(topic, ()):
                still = [place for place in places if "unsupported" in rows[place]]
                # By place, not by id: two files may hold a case of the same name.
                for place, row in zip(still, _ask(owner, [found[place] for place in still], plans), strict=True):
                    rows[place] = row
    return [_verdict(case, row) for case, row in zip(found, rows, strict=True)]


def _ask(owner: str, asked: Sequence[Case], plans: Path) -> list[Mapping[str, Any]]:
    if not asked:
        return []
    rows = _output(f"{owner}.entrypoints.cases", "--plans", str(plans), told=json.dumps(asked))
    return [dict(row) for row in json.loads(rows)]


def _output(module: str, *arguments: str, told: str = "") -> str:
    run = subprocess.run(
        [sys.executable, "-m", module, *arguments], input=told, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise LocalRunError(f"{module} failed:\n{run.stderr.strip()}")
    return run.stdout


def _verdict(case: Case, row: Mapping[str, Any]) -> Verdict:
    if "unsupported" in row:
        return Verdict(case, "unsupported", {}, [row["unsupported"]], [])
    if "error" in row:
        return Verdict(case, "failed", {}, [row["error"]], [])
    faults = differences(case, row["got"])
    return Verdict(case, "failed" if faults else "passed", row["got"], faults, row["explanation"])


def _report(verdicts: Sequence[Verdict], *, verbose: bool) -> Iterator[str]:
    for one in verdicts:
        if one.status != "unsupported" and (verbose or one.status == "failed"):
            yield from _told(one)
    yield from _unsupported([one for one in verdicts if one.status == "unsupported"])
    statuses = ("passed", "failed", "unsupported")
    yield f"{'':24}" + "".join(f"{status:>12}" for status in statuses)
    for topic in dict.fromkeys(topic_of(one.case) for one in verdicts):
        counts = Counter(one.status for one in verdicts if topic_of(one.case) == topic)
        yield f"{topic:24}" + "".join(f"{counts[status]:>12}" for status in statuses)
    counts = Counter(one.status for one in verdicts)
    yield f"{'all':24}" + "".join(f"{counts[status]:>12}" for status in statuses)


def _told(one: Verdict) -> Iterator[str]:
    yield f"{one.status.upper():8} {one.case['id']}  {one.case.get('title', '')}"
    if one.status == "failed":
        yield from (f"    {line}" for line in one.differences)
        yield f"    the case says: {one.case.get('explain', '')}"
    else:
        yield f"    expected {json.dumps(wanted(one.case), ensure_ascii=False)}"
        yield f"    got      {json.dumps(dict(one.got), ensure_ascii=False)}"
    yield from (f"      {line}" for line in one.explanation)


def _unsupported(found: Sequence[Verdict]) -> Iterator[str]:
    if not found:
        return
    yield f"UNSUPPORTED: {len(found)} cases were decided by nobody; they neither passed nor failed."
    reasons = Counter((topic_of(one.case), *one.differences) for one in found)
    for reason, count in reasons.most_common():
        ids = [one.case["id"] for one in found if (topic_of(one.case), *one.differences) == reason]
        more = f" … and {count - _LINES} more" if count > _LINES else ""
        yield f"  {': '.join(reason)}: {', '.join(ids[:_LINES])}{more}"
