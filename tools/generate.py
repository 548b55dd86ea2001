"""Write libs/contracts from the code: event schemas with examples, OpenAPI per service, one AsyncAPI document.

python tools/generate.py            write
python tools/generate.py --check    fail when a file on disk is not what the code says
"""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

ROOT = Path(__file__).resolve().parents[1]
CONTRACTS = ROOT / "libs" / "contracts"
SERVICES = {
    "claims": "claims_api",
    "bookings": "booking_api",
    "rules": "rules_svc",
    "payouts": "payout_svc",
    "notify": "notify_svc",
}
# The applications are only described, not run: no database, no broker, no issuer behind these.
SETTINGS = {
    "DATABASE_URL": "postgresql+asyncpg://none@127.0.0.1:1/none",
    "BUS_URL": "memory://",
    "ISSUER_URL": "http://127.0.0.1:1",
    "JWKS_URL": "http://127.0.0.1:1/jwks.json",
    "DOCUMENTS_URL": "file:///tmp/mutua-generate",
    "DOCUMENT_KEYS": "1:" + "x" * 32,
    "CURSOR_SECRET": "none",
    "PUBLIC_URL": "http://127.0.0.1:1",
    "SMTP_HOST": "127.0.0.1",
    "SMTP_PORT": "1",
    "MAIL_FROM": "none@example.org",
    "DEBTOR_NAME": "None",
    "DEBTOR_IBAN": "IT60X0542811101000000123456",
    "DEBTOR_BIC": "BLOPIT22XXX",
    "PASS_KEYS": "x" * 32,
    "RULES_URL": "http://127.0.0.1:1",
    "BOOKINGS_URL": "http://127.0.0.1:1",
}


def as_text(value: Any) -> str:
    """Write JSON the same way every time."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def published(package: str) -> dict[type[Any], Any]:
    """Return a service's event classes with an example of each."""
    module = importlib.import_module(f"{package}.adapters.published_events")
    found: dict[type[Any], Any] = module.PUBLISHED
    return found


def event_files(source: str, package: str) -> Iterator[tuple[Path, str]]:
    """Give the schema and the example of each event that a service publishes."""
    for event_class, example in published(package).items():
        adapter = TypeAdapter(event_class)
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": event_class.TYPE}
        schema |= adapter.json_schema(mode="serialization")
        name = event_class.TYPE.removeprefix(f"{source}.")
        folder = CONTRACTS / "events" / source
        yield folder / f"{name}.schema.json", as_text(schema)
        yield folder / f"{name}.example.json", as_text(adapter.dump_python(example, mode="json"))


def openapi_file(source: str, package: str) -> tuple[Path, str]:
    """Give the OpenAPI document of a service."""
    module = importlib.import_module(f"{package}.entrypoints.http.app")
    return CONTRACTS / "http" / f"{source}.openapi.json", as_text(module.create_app().openapi())


def asyncapi_file() -> tuple[Path, str]:
    """Give the AsyncAPI document of all events."""
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for source, package in SERVICES.items():
        for event_class in published(package):
            name = event_class.TYPE
            path = f"./events/{source}/{name.removeprefix(f'{source}.')}"
            summary = (event_class.__doc__ or "").strip().split("\n")[0]
            messages[name] = {
                "name": name,
                "summary": summary,
                "contentType": "application/json",
                "payload": {"$ref": f"{path}.schema.json"},
            }
            channels[name] = {"address": name, "messages": {name: {"$ref": f"#/components/messages/{name}"}}}
            operations[f"publish {name}"] = {"action": "send", "channel": {"$ref": f"#/channels/{name}"}}
        for name in consumed(package):
            operations[f"{source} receives {name}"] = {"action": "receive", "channel": {"$ref": f"#/channels/{name}"}}
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Mutua events",
            "version": "1.0.0",
            "description": "CloudEvents attributes in headers, JSON data; exchange `mutua`, routing key = type.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages},
    }
    return CONTRACTS / "asyncapi.json", as_text(document)


def consumed(package: str) -> list[str]:
    """List the event types that a service listens to."""
    module = importlib.import_module(f"{package}.entrypoints.consumers")
    return sorted(module.CONSUMED)


def expected() -> dict[Path, str]:
    """Make every generated file in memory."""
    files: dict[Path, str] = {}
    for source, package in SERVICES.items():
        files.update(event_files(source, package))
        files.update([openapi_file(source, package)])
    files.update([asyncapi_file()])
    return files


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare only")
    arguments = parser.parse_args()
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    files = expected()
    on_disk = {path for folder in ("events", "http") for path in (CONTRACTS / folder).rglob("*.json")}
    left_over = on_disk - set(files)
    stale = [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if arguments.check:
        for path in [*stale, *left_over]:
            print(f"not fresh: {path.relative_to(ROOT)} (run: make generate)", file=sys.stderr)
        return 1 if stale or left_over else 0
    for path in left_over:
        path.unlink()
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], encoding="utf-8")
    print(f"{len(files)} contract files, {len(stale)} written, {len(left_over)} removed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
