"""Golden cases: what a service would answer to each, and the one comparison with what is expected."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Case = Mapping[str, Any]
Plan = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service does with a case.

    Shapes: `got` has the keys and words of the case's `expect`; `explanation` tells a person how it came to that.
    """

    got: Mapping[str, Any]
    explanation: Sequence[str] = ()


# A handler maps a case's words onto the functions that the service itself uses; None where the case is not its own.
# The plans are what rules.plan_published tells of every published version.
Handler = Callable[[Case, Sequence[Plan]], Answer | None]
Handlers = Mapping[str, Sequence[Handler]]


def topic_of(case: Case) -> str:
    """Name what decides who answers: the fund, and the kind of case where the form has kinds ("FNM claim")."""
    return str(case["fund"]) if "fund" in case else f"FNM {case.get('kind', '')}".rstrip()


def answer(handlers: Handlers, case: Case, plans: Sequence[Plan]) -> Answer | None:
    """Return the first answer to a case, None when no handler has one."""
    for handler in handlers.get(topic_of(case), ()):
        found = handler(case, plans)
        if found is not None:
            return found
    return None


def wanted(case: Case) -> dict[str, Any]:
    """Return all that a case expects; the days on which something is paid stand beside `expect`."""
    expect = {name: value for name, value in case["expect"].items() if name != "decision_any"}
    return expect | ({"dates": case["expect_dates"]} if "expect_dates" in case else {})


def differences(case: Case, got: Mapping[str, Any]) -> list[str]:
    """Say where an answer is not what a case expects.

    Every expected key must be equal; the expected reasons must be among those given; a decision may be any of
    `decision_any` where the case allows several.
    """
    found = []
    for name, value in wanted(case).items():
        given = got.get(name)
        if name == "reasons":
            fits = set(value) <= set(given or ())
        elif name == "decision":
            fits = given in {value, *case["expect"].get("decision_any", ())}
        else:
            fits = given == value
        if not fits:
            found.append(f"{name}: expected {json.dumps(value)}, got {json.dumps(given)}")
    return found


def check(handlers: Handlers, case: Case, plans: Sequence[Plan] = ()) -> None:
    """Assert that a case comes out as expected: the tests' own use of the handlers.

    Raises: AssertionError with the differences and the explanation, also when no handler answers.
    """
    found = answer(handlers, case, plans)
    if found is None:
        raise AssertionError(f"{case['id']}: nobody answers")
    faults = differences(case, found.got)
    if faults:
        raise AssertionError("\n".join([f"{case['id']}: {case['explain']}", *faults, *found.explanation]))


def read_cases(path: Path, *topics: str) -> list[dict[str, Any]]:
    """Return the cases of a file, of these topics where any are named.

    Raises: ValueError when the file is not of the form.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict) or not isinstance(content.get("cases"), list):
        raise ValueError("it holds no list of cases")  # noqa: TRY004 (a fault of the file, not of the program)
    for place, case in enumerate(content["cases"]):
        if not isinstance(case, dict) or not isinstance(case.get("expect"), dict) or "id" not in case:
            raise ValueError(f"case {place} has no id or no expect")
    return [case for case in content["cases"] if not topics or topic_of(case) in topics]


def _row(handlers: Handlers, case: Case, plans: Sequence[Plan]) -> dict[str, Any]:
    try:
        found = answer(handlers, case, plans)
    except Exception as error:  # noqa: BLE001 (one case that fails must not hide the others; it is reported as failed)
        return {"id": case["id"], "error": f"{type(error).__name__}: {error}"}
    if found is None:
        return {"id": case["id"], "unsupported": f"no handler of {topic_of(case)} answers it"}
    return {"id": case["id"], "got": dict(found.got), "explanation": list(found.explanation)}


def run_cases(handlers: Handlers) -> int:
    """Be the command of a service: a JSON list of cases on stdin, a JSON list of answers on stdout."""
    parser = argparse.ArgumentParser(description="Answer golden cases; `mutua cases` compares.")
    parser.add_argument("--plans", type=Path, help="JSON list of the data of rules.plan_published, one a version")
    path: Path | None = parser.parse_args().plans
    plans = json.loads(path.read_text(encoding="utf-8")) if path else []
    json.dump([_row(handlers, case, plans) for case in json.load(sys.stdin)], sys.stdout, ensure_ascii=False)
    return 0
