"""The merge of the services' OpenAPI documents."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import merge_openapi
from merge_openapi import HTTP_CONTRACTS, METHODS, ContractsClash, as_openapi_30, merge, merged

MERGE = str(Path(merge_openapi.__file__))


def document(path: str, schemas: dict[str, Any], **operation: Any) -> dict[str, Any]:
    return {"openapi": "3.1.0", "paths": {path: {"get": operation}}, "components": {"schemas": schemas}}


def reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


TEXT, NUMBER = {"type": "string"}, {"type": "integer"}


def test_same_schema_is_kept_once_and_a_different_one_is_named_after_its_service() -> None:
    first = {"Problem": TEXT, "Reason": TEXT, "Decision": {"properties": {"reason": reference("Reason")}}}
    second = first | {"Reason": NUMBER}
    answer = {"200": {"content": {"application/json": {"schema": reference("Decision")}}}}
    whole = merged(
        {
            "claims-api": document("/v1/claims", first, operationId="claim", responses=answer),
            "rules-svc": document("/v1/decisions", second, operationId="decision", responses=answer),
        }
    )
    schemas = whole["components"]["schemas"]
    assert schemas == first | {
        "RulesSvcReason": NUMBER,
        # It refers to the renamed one, so it is a different one itself.
        "RulesSvcDecision": {"properties": {"reason": reference("RulesSvcReason")}},
    }
    used = whole["paths"]["/v1/decisions"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert used == reference("RulesSvcDecision")


def test_first_sentence_is_the_summary() -> None:
    text = "Take in a report (pain.002),\n  once. Transfers are\nfound by id."
    whole = merged({"a": document("/v1/me", {}, summary="Receive Bank Report", description=text)})
    operation = whole["paths"]["/v1/me"]["get"]
    assert operation["summary"] == "Take in a report (pain.002), once"
    assert operation["description"] == "Transfers are\nfound by id."
    named = merged({"a": document("/v1/me", {}, summary="Show the member")})
    assert named["paths"]["/v1/me"]["get"]["summary"] == "Show the member"


def test_schema_of_an_error_stands_under_its_content_type() -> None:
    responses = {"404": {"content": {"application/problem+json": {}, "application/json": {"schema": TEXT}}}}
    whole = merged({"a": document("/v1/me", {}, responses=responses)})
    content = whole["paths"]["/v1/me"]["get"]["responses"]["404"]["content"]
    assert content == {"application/problem+json": {"schema": TEXT}}


def test_operation_ids_are_unique() -> None:
    whole = merged(
        {
            "claims-api": document("/v1/claims", {}, operationId="list_all"),
            "rules-svc": document("/v1/plans", {}, operationId="list_all"),
        }
    )
    ids = [whole["paths"][path]["get"]["operationId"] for path in ("/v1/claims", "/v1/plans")]
    assert ids == ["list_all", "rules-svc_list_all"]


def test_two_services_cannot_serve_one_path() -> None:
    with pytest.raises(ContractsClash, match="/v1/claims of rules-svc"):
        merged({"claims-api": document("/v1/claims", {}), "rules-svc": document("/v1/claims", {})})


def test_resource_without_a_place_in_the_reading_order_is_named() -> None:
    with pytest.raises(KeyError, match="dragons"):
        merged({"claims-api": document("/v1/dragons", {})})


def test_inner_paths_stay_inside_and_the_order_is_that_of_reading() -> None:
    whole = merged(
        {
            "a": document("/healthz", {}),
            "b": document("/v1/operations/b/outbox", {}),
            "c": document("/v1/payables", {}),
            "d": document("/v1/me", {}),
        }
    )
    assert list(whole["paths"]) == ["/v1/me", "/v1/payables", "/v1/operations/b/outbox"]
    assert [tag["name"] for tag in whole["tags"]] == ["Members", "Payments", "Operations"]
    assert all(tag["description"] for tag in whole["tags"])


def test_public_operation_stays_public_and_others_take_the_one_login() -> None:
    whole = merged(
        {
            "a": document("/v1/me", {}, security=[{"HTTPBearer": []}]),
            "b": document("/v1/plans", {}, security=[]),
        }
    )
    assert "security" not in whole["paths"]["/v1/me"]["get"]
    assert whole["paths"]["/v1/plans"]["get"]["security"] == []
    assert set(whole["components"]["securitySchemes"]) == {"login", "token"}


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ({"anyOf": [TEXT, {"type": "null"}], "title": "A"}, {"type": "string", "title": "A", "nullable": True}),
        ({"anyOf": [TEXT, NUMBER, {"type": "null"}]}, {"anyOf": [TEXT, NUMBER], "nullable": True}),
        ({"anyOf": [reference("A"), {"type": "null"}]}, {"allOf": [reference("A")], "nullable": True}),
        ({"const": "a", "type": "string"}, {"enum": ["a"], "type": "string"}),
        ({"exclusiveMinimum": 0}, {"minimum": 0, "exclusiveMinimum": True}),
        ({"examples": ["a", "b"]}, {"example": "a"}),
        ({"type": "string", "contentMediaType": "application/octet-stream"}, {"type": "string", "format": "binary"}),
        ({"type": "array", "prefixItems": [TEXT, NUMBER]}, {"type": "array", "items": {"anyOf": [TEXT, NUMBER]}}),
        ({"$ref": "#/components/schemas/A", "description": "d"}, {"description": "d", "allOf": [reference("A")]}),
        ({"properties": {"const": TEXT, "examples": TEXT}}, {"properties": {"const": TEXT, "examples": TEXT}}),
        ({"propertyNames": TEXT, "type": "object"}, {"type": "object"}),
    ],
)
def test_openapi_31_is_said_in_30(new: dict[str, Any], old: dict[str, Any]) -> None:
    assert as_openapi_30(new) == old


def test_whole_document_holds_together() -> None:
    whole = json.loads(merge(sorted(HTTP_CONTRACTS.glob("*.openapi.json"))))
    operations = [item[method] for item in whole["paths"].values() for method in METHODS & item.keys()]
    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids)) >= 1
    assert {tag for operation in operations for tag in operation["tags"]} == {tag["name"] for tag in whole["tags"]}
    assert "IdentityProblem" not in whole["components"]["schemas"], "identity.openapi.json has another Problem than kit"
    wanted = {part.split('"')[0] for part in json.dumps(whole).split('"$ref": "#/components/schemas/')[1:]}
    assert wanted <= whole["components"]["schemas"].keys()
    for banned in ('"type": "null"', '"const":', '"prefixItems":', '"contentMediaType":'):
        assert banned not in json.dumps(whole)


def test_command_writes_and_then_finds_it_fresh(tmp_path: Path) -> None:
    out = tmp_path / "openapi.json"

    def command(*flags: str) -> int:
        arguments = [sys.executable, MERGE, "--contracts", str(tmp_path), "--out", str(out), *flags]
        return subprocess.run(arguments, check=False, capture_output=True).returncode  # noqa: S603 (our own command)

    assert command("--check") == 1
    assert command() == 0
    assert command("--check") == 0
    out.write_text("{}")
    assert command("--check") == 1


def patterns(node: Any) -> Iterator[str]:
    """Give every pattern of a document, wherever it stands."""
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield node["pattern"]
        for part in node.values():
            yield from patterns(part)
    elif isinstance(node, list):
        for part in node:
            yield from patterns(part)


def test_a_digit_is_one_of_ascii() -> None:
    # In Python and in Rust \d is every digit of Unicode; a bank or a court reads 0 to 9.
    found = list(patterns(json.loads(merge(sorted(HTTP_CONTRACTS.glob("*.openapi.json"))))))
    assert r"^[0-9]{5}$" in found
    assert [one for one in found if r"\d" in one] == []
