"""The cases of rules_evaluate.py by OpenFisca-core or zen-engine: runs in a venv of its own, without Mutua.

Reads the cases as JSON from standard input, decides each with the trace on, and writes the payable cents and the
microseconds of CPU as JSON. Both engines are given less to do than ours: the arithmetic of the article only, without
evidence, exclusions, registration and texts.
"""

import json
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

Case = dict[str, Any]
MONTH = "2024-03"
BASIS_POINTS = 10_000
# (article, mode): rate in basis points, cap of one service in cents; the limit's remainder comes with the case.
TERMS = {("3.5", "direct"): (6500, 33_000), ("3.6", "indirect"): (6500, 9_000), ("3.8", "indirect"): (6000, 10**9)}
FILING_DAYS = 120


def zen_engine() -> Callable[[Case], int]:
    """Decide by two decision tables and an expression, as a rule author of ZEN would."""
    import zen  # noqa: PLC0415 (only in the venv of this engine)

    terms = [
        {"_id": f"t{row}", "a": f"'{article}'", "m": f"'{mode}'", "r": str(rate), "c": str(cap)}
        for row, ((article, mode), (rate, cap)) in enumerate(TERMS.items())
    ]
    shares = [
        {"_id": "s0", "k": "'member'", "y": "", "s": "10000"},
        {"_id": "s1", "k": "'spouse'", "y": "", "s": "8000"},
        {"_id": "s2", "k": "'child'", "y": "< 21", "s": "10000"},
        {"_id": "s3", "k": "'child'", "y": "[21..28)", "s": "8000"},
    ]
    payable = "filed_days > 120 ? 0 : min([amount * rate / 10000, cap, left]) * share / 10000"
    nodes = [
        {"id": "in", "type": "inputNode", "name": "request"},
        _table("terms", [("a", "article"), ("m", "mode")], [("r", "rate"), ("c", "cap")], terms),
        _table("shares", [("k", "relation"), ("y", "age")], [("s", "share")], shares),
        {
            "id": "sum",
            "type": "expressionNode",
            "name": "payable",
            "content": {"expressions": [{"id": "p", "key": "payable", "value": payable}], "passThrough": True},
        },
        {"id": "out", "type": "outputNode", "name": "decision"},
    ]
    ids = [node["id"] for node in nodes]
    edges = [
        {"id": f"{source}-{target}", "type": "edge", "sourceId": source, "targetId": target}
        for source, target in pairwise(ids)
    ]
    decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))
    return lambda case: half_up(decision.evaluate(case, {"trace": True})["result"]["payable"])


def _table(name: str, inputs: list[tuple[str, str]], outputs: list[tuple[str, str]], rules: list[Any]) -> Any:
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": key, "field": field, "name": field} for key, field in inputs],
        "outputs": [{"id": key, "field": field, "name": field} for key, field in outputs],
        "rules": rules,
        "passThrough": True,
    }
    return {"id": name, "type": "decisionTableNode", "name": name, "content": content}


def openfisca() -> Callable[[Case], int]:
    """Decide by variables with formulas, one simulation a case, as a claim comes."""
    from openfisca_core import entities, simulation_builder, taxbenefitsystems, variables  # noqa: PLC0415
    from openfisca_core.periods import DateUnit  # noqa: PLC0415

    person = entities.build_entity(key="person", plural="persons", label="A beneficiary", is_person=True)
    system = taxbenefitsystems.TaxBenefitSystem([person])

    def add(name: str, kind: type, formula: Callable[..., Any] | None = None) -> None:
        parts = {"value_type": kind, "entity": person, "definition_period": DateUnit.MONTH, "label": name}
        if formula is not None:
            parts["formula"] = formula
        system.add_variable(type(name, (variables.Variable,), parts))

    for given in ("amount", "rate", "cap", "left", "age", "filed_days"):
        add(given, float)
    add("relation", str)
    add("eligible", float, lambda p, period: p("amount", period) * (p("filed_days", period) <= FILING_DAYS))
    add("by_rate", float, lambda p, period: p("eligible", period) * p("rate", period) / BASIS_POINTS)
    add("capped", float, lambda p, period: _least(p("by_rate", period), p("cap", period)))
    add("within_limit", float, lambda p, period: _least(p("capped", period), p("left", period)))
    add("share", float, lambda p, period: _share(p("relation", period), p("age", period)))
    add("payable", float, lambda p, period: p("within_limit", period) * p("share", period))

    def decide(case: Case) -> int:
        rate, cap = TERMS[case["article"], case["mode"]]
        facts = {key: case[key] for key in ("amount", "left", "age", "filed_days", "relation")}
        facts |= {"rate": rate, "cap": cap}
        document = {"persons": {"one": {key: {MONTH: value} for key, value in facts.items()}}}
        simulation = simulation_builder.SimulationBuilder().build_from_dict(system, document)
        simulation.trace = True
        return half_up(float(simulation.calculate("payable", MONTH)[0]))

    return decide


def _least(one: Any, other: Any) -> Any:
    import numpy as np  # noqa: PLC0415 (comes with OpenFisca)

    return np.minimum(one, other)


def _share(relation: Any, age: Any) -> Any:
    import numpy as np  # noqa: PLC0415 (comes with OpenFisca)

    grown = (relation == "child") & (age >= 21)  # noqa: PLR2004 (the band of article 1.2)
    return np.where((relation == "spouse") | grown, 0.8, 1.0)


def half_up(value: float) -> int:
    """Round to the cent; both engines count in floats."""
    return int(value + 0.5)


def main() -> None:
    """Time one engine on the cases."""
    asked = json.load(sys.stdin)
    decide = {"openfisca": openfisca, "zen": zen_engine}[sys.argv[1]]()
    answers = []
    for case in asked["cases"]:
        best = float("inf")
        for _ in range(asked["rounds"]):
            started = time.process_time()
            for _ in range(asked["runs"]):
                decide(case)
            best = min(best, time.process_time() - started)
        answers.append({"payable": decide(case), "us": best / asked["runs"] * 1e6})
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
