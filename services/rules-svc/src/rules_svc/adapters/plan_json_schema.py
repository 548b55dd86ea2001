"""The plan language as JSON Schema, for editors and for those who write plans of other funds."""

from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from rules_svc.adapters.plan_parts import Cents, MonthDay, Names, Rate
from rules_svc.adapters.plan_schema import PlanFile

_AMOUNT: JsonSchemaValue = {
    "description": "An amount in euro with two decimals",
    "anyOf": [
        {"type": "number", "minimum": 0, "multipleOf": 0.01},
        {"type": "string", "pattern": r"^[0-9]+(\.[0-9][0-9])?$"},
    ],
}
_MONTH_DAY: dict[str, Any] = {
    "type": "string",
    "pattern": "^[0-9]{2}-[0-9]{2}$",
    "description": "month and day, e.g. 07-01",
}
_RATE: JsonSchemaValue = {"description": "A percentage", "type": "string", "pattern": r"^[0-9]+(\.[0-9][0-9]?)?%$"}
_SCALAR: JsonSchemaValue = {"type": ["string", "number", "boolean"]}
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _reader(kind: Any) -> object:
    """Return the function by which a kind of value is read from the file: it tells amounts from other numbers."""
    schema: Any = TypeAdapter(kind).core_schema
    while schema["type"] != "function-before":
        schema = schema["schema"]
    return schema["function"]["function"]


_READERS = {_reader(Cents): "amount", _reader(Rate): "rate", _reader(Names): "names", _reader(MonthDay): "month_day"}


class _AsWritten(GenerateJsonSchema):
    """Describe values as an author writes them, not as the engine keeps them (cents, basis points)."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        kind = _READERS.get(schema["function"]["function"])
        if kind == "amount":
            return dict(_AMOUNT)
        if kind == "rate":
            return dict(_RATE)
        if kind == "month_day":
            return dict(_MONTH_DAY)
        inner = super().function_before_schema(schema)
        return {"anyOf": [_SCALAR, inner | {"minItems": 1}]} if kind == "names" else inner

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """YAML writes many names without quotes (1001, 2023-07-01, true), which editors read as numbers or days."""
        made = super().str_schema(schema)
        return dict(_SCALAR) if made == {"type": "string"} else made


def plan_json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a plan file."""
    made = PlanFile.model_json_schema(by_alias=True, schema_generator=_AsWritten)
    repaired: dict[str, Any] = _repaired({"$schema": _DIALECT, **made, "title": "A version of a plan of benefits"})
    return repaired


def _repaired(node: Any) -> Any:
    """Give lower bounds the name that JSON Schema has for them: pydantic leaves `ge` where a value is read first."""
    if isinstance(node, list):
        return [_repaired(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: _repaired(inner) for key, inner in node.items()}
    if isinstance(made.get("ge"), int):
        made["minimum"] = made.pop("ge")
    return made
