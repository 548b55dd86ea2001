"""Merge the services' OpenAPI documents into the one that clients see at /openapi.json.

python tools/merge_openapi.py            write libs/contracts/openapi.json
python tools/merge_openapi.py --check    fail when the file on disk is not what the services say

The result is OpenAPI 3.0.3: Swagger UI 4 and most generators of clients read no 3.1, which FastAPI writes.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
HTTP_CONTRACTS = ROOT / "libs" / "contracts" / "http"
IDENTITY = ROOT / "gateway" / "identity.openapi.json"
OUT = ROOT / "libs" / "contracts" / "openapi.json"

Json = dict[str, Any]

# First segment of the path after /v1: (tag, text), in the order of reading: a member's way through the fund, then the
# fund's money, then its administration.
TAGS: Mapping[str, tuple[str, str]] = {
    "me": ("Members", "The member, their family and bank account."),
    "members": ("Members", ""),
    "consents": ("Members", ""),
    "delegations": ("Members", ""),
    "change-requests": ("Members", ""),
    "membership-confirmations": ("Members", ""),
    "documents": ("Documents", "Invoices and prescriptions: uploaded once, attached to claims by id."),
    "document-links": ("Documents", ""),
    "cases": (
        "Cases and claims",
        "A case (pratica) holds the claims (richieste di sussidio) that a member sends in together.",
    ),
    "claims": ("Cases and claims", ""),
    "work-items": ("Operator desk", "The queue of referred claims, served to one person at a time, and how it stands."),
    "check-up-visits": ("Operator desk", "Check-up visits by the fund's doctors (1.3)."),
    "duplicates": ("Operator desk", ""),
    "reasons": ("Operator desk", ""),
    "service-levels": ("Operator desk", ""),
    "member-imports": ("Members", ""),
    "services": ("Facilities", "Contracted facilities, what they offer and at which agreed price."),
    "facilities": ("Facilities", ""),
    "campaigns": ("Facilities", ""),
    "network-imports": ("Facilities", ""),
    "convention-managers": ("Facilities", ""),
    "pass-keys": ("Facility desk", "Public keys with which a desk verifies a pass without a network."),
    "bookings": ("Bookings", "Treatments at a contracted facility, where the member pays only their share."),
    "webhooks": (
        "Facility desk",
        "What a facility's own system does: webhooks, invoices, users, requests to the fund.",
    ),
    "facility-users": ("Facility desk", ""),
    "booking-papers": ("Facility desk", ""),
    "booking-imports": ("Facility desk", ""),
    "review-requests": ("Facility desk", ""),
    "integration-requests": ("Facility desk", ""),
    "facility-requests": ("Facility desk", ""),
    "tariff-proposals": ("Facility desk", ""),
    "defect-reports": ("Facility desk", ""),
    "remittances": ("Facility desk", ""),
    "invoiceable-lines": ("Facility desk", ""),
    "invoices": ("Facility desk", ""),
    "plans": ("Plans", "The fund's circular as data: articles, limits, conditions."),
    "simulations": ("Plans", ""),
    "quotes": ("Quotes and limits", "What a claim would pay, what is left of a limit."),
    "opening-balances": ("Quotes and limits", ""),
    "exchange-rates": ("Quotes and limits", ""),
    "anonymous-quotes": ("Quotes and limits", ""),
    "limits": ("Quotes and limits", ""),
    "decisions": ("Decisions", "What was decided, and why, step by step with the article of each."),
    "payables": ("Payments", "What the fund owes, the monthly runs with their bank files, the bank's answers."),
    "instalments": ("Payments", ""),
    "payout-holds": ("Payments", ""),
    "heirs": ("Payments", ""),
    "tax-parameters": ("Payments", ""),
    "payee-verifications": ("Payments", ""),
    "payout-runs": ("Payments", ""),
    "bank-channel": ("Payments", ""),
    "bank-reports": ("Payments", ""),
    "bank-statements": ("Payments", ""),
    "payouts": ("Payments", ""),
    "statements": (
        "Ledger and statements",
        "The double-entry ledger, the monthly closing, statements of members and facilities.",
    ),
    "ledger": ("Ledger and statements", ""),
    "closings": ("Ledger and statements", ""),
    "messages": ("Messages", "E-mails to members, with their deliveries and templates."),
    "notification-preferences": ("Messages", ""),
    "bounces": ("Messages", ""),
    "templates": ("Messages", ""),
    "auth": ("Users and clients", "Logins of people and of machines."),
    "operations": ("Operations", "Queue depths and parked events of each service."),
}

INFO: Json = {
    "title": "Mutua",
    "version": "1.0.0",
    "description": """\
The API of a mutual benefit fund: members send in expenses and are reimbursed, or book a treatment and pay their share.

- **Log in** with *Authorize* below (OpenID Connect, code with PKCE). Machines take a token from the same issuer with
  `client_credentials`.
- **Money** is an integer of cents in fields that end in `_cents`; rates are basis points (`_bps`).
- **POST requests that create** need an `Idempotency-Key`: the same key with the same body gets the same answer again.
- **Lists** are pages: follow `next_cursor` until it is null.
- **Errors** are `application/problem+json`: `code` is stable, `errors` names each field and the rule that it breaks.
""",
}

SECURITY_SCHEMES: Json = {
    "login": {
        "type": "oauth2",
        "description": "A person's login: authorization code with PKCE, client `mutua-spa`.",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": "/identity/o/authorize",
                "tokenUrl": "/identity/o/api/token",
                "refreshUrl": "/identity/o/api/token",
                "scopes": {"openid": "Who you are", "profile": "Your name", "api": "What your roles allow"},
            }
        },
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token of identity-svc, for machines.",
    },
}

PROBLEM = "application/problem+json"
_FIRST_SENTENCE = re.compile(r"((?:[^.]|\.(?!\s|$))+)\.(?:\s+|$)(.*)", re.DOTALL)
METHODS = frozenset({"get", "put", "post", "delete", "patch", "head", "options"})


class ContractsClash(Exception):
    """Two services claim the same path."""


def merged(documents: Mapping[str, Json]) -> Json:
    """Return one document of all services' documents, by service name.

    Raises: ContractsClash when two services serve one path; KeyError when a resource has no tag.
    """
    paths: Json = {}
    schemas: Json = {}
    operation_ids: set[str] = set()
    for service, document in documents.items():
        own = as_openapi_30(_renamed(document, _new_names(service, document, schemas)))
        schemas |= own.get("components", {}).get("schemas", {})
        for path, item in own["paths"].items():
            if not path.startswith(("/v1/", "/auth/")):
                continue  # health and the like stay inside
            if path in paths:
                raise ContractsClash(f"{path} of {service} is another service's already")
            paths[path] = _tagged(path, item, service, operation_ids)
    ordered = sorted(paths, key=lambda path: _place(path, list(paths)))
    return {
        "openapi": "3.0.3",
        "info": INFO,
        "servers": [{"url": "/", "description": "This gateway"}],
        "security": [{"login": ["openid", "profile", "api"]}, {"token": []}],
        "tags": _used_tags(ordered),
        "paths": {path: paths[path] for path in ordered},
        "components": {"securitySchemes": SECURITY_SCHEMES, "schemas": dict(sorted(schemas.items()))},
    }


def _resource(path: str) -> str:
    segments = path.strip("/").split("/")
    return segments[1] if segments[0] == "v1" else segments[0]


def _place(path: str, given: Sequence[str]) -> tuple[int, int]:
    """Order by resource; inside one as its service declares the routes."""
    return list(TAGS).index(_resource(path)), given.index(path)


def _used_tags(paths: Iterable[str]) -> list[Json]:
    texts: dict[str, str] = {}
    for path in paths:
        tag, text = TAGS[_resource(path)]
        texts[tag] = texts.get(tag) or text or next(t for name, t in TAGS.values() if name == tag and t)
    return [{"name": tag, "description": text} for tag, text in texts.items()]


def _tagged(path: str, item: Json, service: str, operation_ids: set[str]) -> Json:
    tag, _ = TAGS[_resource(path)]
    for method, operation in item.items():
        if method not in METHODS:
            continue
        operation["tags"] = [tag]
        _summarise(operation)
        for response in operation.get("responses", {}).values():
            _as_problem(response)
        # The document's own security counts: one login for all operations, whatever a service called its scheme.
        if operation.get("security") != []:
            operation.pop("security", None)
        wanted = operation.get("operationId") or f"{method}{re.sub(r'[^a-z0-9]+', '_', path.lower())}"
        operation["operationId"] = wanted if wanted not in operation_ids else f"{service}_{wanted}"
        if operation["operationId"] in operation_ids:
            raise ContractsClash(f"operationId {operation['operationId']} occurs twice in {service}")
        operation_ids.add(operation["operationId"])
    return item


def _summarise(operation: Json) -> None:
    """Take the first sentence of the text for the summary: FastAPI's is the function's name."""
    found = _FIRST_SENTENCE.match(operation.get("description", ""))
    if found:
        operation["summary"] = " ".join(found[1].replace("`", "").split())
        operation["description"] = found[2].strip()


def _as_problem(response: Json) -> None:
    """Put the schema of an error where its content type is: FastAPI writes it beside, under application/json."""
    content = response.get("content", {})
    if content.get(PROBLEM) == {} and "application/json" in content:
        content[PROBLEM] = content.pop("application/json")


def _new_names(service: str, document: Json, taken: Mapping[str, Any]) -> dict[str, str]:
    """Name a schema after its service where another service has a different one of that name.

    A schema that refers to a renamed one is itself different: look again until nothing changes.
    """
    own = document.get("components", {}).get("schemas", {})
    names: dict[str, str] = {}
    while True:
        different = {
            name: _prefixed(service, name)
            for name, schema in own.items()
            if name in taken and name not in names and as_openapi_30(_renamed(schema, names)) != taken[name]
        }
        if not different:
            return names
        names |= different


def _prefixed(service: str, name: str) -> str:
    return "".join(part.capitalize() for part in re.split(r"[^a-z0-9]+", service)) + name


def _renamed(node: Any, names: Mapping[str, str]) -> Any:
    if isinstance(node, list):
        return [_renamed(item, names) for item in node]
    if not isinstance(node, dict):
        return node
    copy = {key: _renamed(value, names) for key, value in node.items()}
    reference = copy.get("$ref")
    if isinstance(reference, str):
        name = reference.rsplit("/", 1)[1]
        copy["$ref"] = f"#/components/schemas/{names.get(name, name)}"
    if "schemas" in copy and "paths" not in copy and isinstance(copy["schemas"], dict):
        copy["schemas"] = {names.get(name, name): schema for name, schema in copy["schemas"].items()}
    return copy


def as_openapi_30(node: Any) -> Any:
    """Say in OpenAPI 3.0 what FastAPI and pydantic say in 3.1."""
    if isinstance(node, list):
        return [as_openapi_30(item) for item in node]
    if not isinstance(node, dict):
        return node
    new = {key: _inside(key, value) for key, value in node.items()}
    for step in (_nullable, _constant, _example, _bounds, _reference):
        new = step(new)
    return new


def _inside(key: str, value: Any) -> Any:
    """Go down; the keys of `properties` are names of fields, not words of the schema language."""
    if key == "properties" and isinstance(value, dict):
        return {name: as_openapi_30(schema) for name, schema in value.items()}
    return as_openapi_30(value)


def _nullable(schema: Json) -> Json:
    choices = schema.get("anyOf")
    if not isinstance(choices, list) or {"type": "null"} not in choices:
        return schema
    rest = [choice for choice in choices if choice != {"type": "null"}]
    outer = {key: value for key, value in schema.items() if key != "anyOf"}
    if len(rest) > 1:
        return {**outer, "anyOf": rest, "nullable": True}
    only = rest[0] if "$ref" not in rest[0] else {"allOf": rest}
    return {**only, **outer, "nullable": True}


def _constant(schema: Json) -> Json:
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]
    return schema


def _example(schema: Json) -> Json:
    if isinstance(schema.get("examples"), list):
        schema.setdefault("example", schema.pop("examples")[0])
    return schema


def _bounds(schema: Json) -> Json:
    for bound, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(bound), int | float) and not isinstance(schema[bound], bool):
            schema[limit], schema[bound] = schema[bound], True
    if "prefixItems" in schema:
        schema["items"] = {"anyOf": schema.pop("prefixItems")}
    if schema.pop("contentMediaType", None) == "application/octet-stream":
        schema["format"] = "binary"
    schema.pop("propertyNames", None)
    return schema


def _reference(schema: Json) -> Json:
    """In 3.0 a reference stands alone: what is said beside it would be ignored."""
    if isinstance(schema.get("$ref"), str) and len(schema) > 1:
        schema["allOf"] = [{"$ref": schema.pop("$ref")}]
    return schema


def merge(sources: Iterable[Path], *, identity: Path = IDENTITY) -> str:
    """Return the text merged from the services' files and the hand-written one of identity-svc."""
    files = [*sources, identity]
    documents = {file.name.split(".")[0]: json.loads(file.read_text(encoding="utf-8")) for file in files}
    return json.dumps(merged(documents), indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Write what tools/generate.py wrote as one, or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contracts", type=Path, default=HTTP_CONTRACTS, help="directory of <service>.openapi.json")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--check", action="store_true", help="compare only")
    options = parser.parse_args()
    text = merge(sorted(options.contracts.glob("*.openapi.json")))
    if not options.check:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(text, encoding="utf-8")
    elif not options.out.exists() or options.out.read_text(encoding="utf-8") != text:
        print(f"not fresh: {options.out.name} (run: make generate)", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
