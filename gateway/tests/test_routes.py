"""The routing table: every row leads somewhere, every documented path has its row, and no row leads nowhere."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from gateway_rig import ENVOY, SERVICES, Services, settings_for

from kit.auth import ROLES
from render import HERE, load_table, render

CONTRACTS = HERE.parent / "libs" / "contracts" / "http"
DOCUMENTS = [*sorted(CONTRACTS.glob("*.openapi.json")), HERE / "identity.openapi.json"]
# Browser pages and protocol endpoints of identity-svc, and what only a demo has, are in no document.
UNDOCUMENTED = {"/.well-known", "/identity", "/accounts", "/v1/demo/clock"}


@pytest.fixture(scope="module")
def config(services: Services, openapi: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return yaml.safe_load(render(settings_for(services, tmp_path_factory.mktemp("docs"), openapi)))


def edge(config: Any) -> Any:
    return config["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"]


def routes(config: Any) -> list[Any]:
    return list(edge(config)["route_config"]["virtual_hosts"][0]["routes"])


def test_every_row_has_a_route_and_a_cluster(config: Any) -> None:
    clusters = {cluster["name"] for cluster in config["static_resources"]["clusters"]}
    routed = {route["name"]: route["route"]["cluster"] for route in routes(config) if "route" in route}
    table = load_table(HERE / "routes.yaml")
    assert routed == {row.prefix: row.service for row in table.routes}
    assert set(routed.values()) == clusters - {"otlp", "admin"}


def test_every_route_brings_its_gate_and_the_default_is_to_refuse(config: Any) -> None:
    gates = ("envoy.filters.http.jwt_authn", "envoy.filters.http.rbac")
    for route in routes(config):
        assert all(gate in route["typed_per_filter_config"] for gate in gates), route["name"]
    filters = {each["name"]: each["typed_config"] for each in edge(config)["http_filters"]}
    assert filters["envoy.filters.http.rbac"]["rules"] == {"action": "ALLOW", "policies": {}}
    assert filters["envoy.filters.http.jwt_authn"]["rules"] == [
        {"match": {"prefix": "/"}, "requirement_name": "access"}
    ]


def test_gates_name_roles_that_there_are() -> None:
    assert {role for row in load_table(HERE / "routes.yaml").routes for role in row.roles} <= ROLES


def test_only_identity_public_keys_signed_links_and_questions_about_nobody_are_open() -> None:
    public = {row.prefix for row in load_table(HERE / "routes.yaml").routes if row.access == "public"}
    told = {"/v1/anonymous-quotes", "/v1/pass-keys", "/v1/document-links"}
    assert public == {"/.well-known", "/identity", "/accounts", *told}


def test_what_a_body_limit_guards_stands_after_it(config: Any) -> None:
    names = [route["name"] for route in routes(config)]
    table = load_table(HERE / "routes.yaml")
    for row in table.routes:
        guard = names.index(f"too_large_{row.body}")
        smaller = [
            names.index(f"too_large_{b}")
            for b, limit in table.body_limits.items()
            if limit < table.body_limits[row.body]
        ]
        assert guard < names.index(row.prefix) < min(smaller, default=len(names))


def row_of(path: str) -> Any:
    """Return the row that serves a path of a document."""
    found = [row for row in load_table(HERE / "routes.yaml").routes if f"{path}/".startswith(f"{row.prefix}/")]
    assert len(found) == 1, path
    return found[0]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_every_documented_path_is_routed_to_its_service(document: Path) -> None:
    name = document.name.split(".")[0]
    paths = [path for path in json.loads(document.read_text())["paths"] if path.startswith(("/v1/", "/auth/"))]
    assert paths
    assert {path: row_of(path).service for path in paths} == dict.fromkeys(paths, name)


@pytest.mark.skipif(len(DOCUMENTS) < len(SERVICES), reason="not every service has its document yet")
def test_every_row_serves_a_documented_path() -> None:
    paths = [path for document in DOCUMENTS for path in json.loads(document.read_text())["paths"]]
    served = {row_of(path).prefix for path in paths if path.startswith(("/v1/", "/auth/"))}
    assert {row.prefix for row in load_table(HERE / "routes.yaml").routes} - served == UNDOCUMENTED


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"prefix": "/v1/me/bank", "service": "claims"}, "overlaps"),
        ({"prefix": "/v1/x", "service": "nobody"}, "unknown service"),
        ({"prefix": "/v1/x", "service": "claims", "body": "huge"}, "unknown service or body"),
        ({"prefix": "/v1/X/", "service": "claims"}, "not a path"),
        ({"prefix": "/v1/x", "service": "claims", "access": "all"}, "access is token or public"),
        ({"prefix": "/v1/x", "service": "claims", "access": "public", "roles": ["ops"]}, "only a token has roles"),
    ],
)
def test_row_that_contradicts_is_refused(tmp_path: Path, row: dict[str, Any], why: str) -> None:
    table = yaml.safe_load((HERE / "routes.yaml").read_text())
    table["routes"].append(row)
    (tmp_path / "routes.yaml").write_text(yaml.safe_dump(table))
    with pytest.raises(ValueError, match=why):
        load_table(tmp_path / "routes.yaml")


def test_command_writes_what_envoy_accepts(tmp_path: Path, openapi: Path) -> None:
    command = [sys.executable, str(HERE / "render.py"), "--out", str(tmp_path), "--openapi", str(openapi)]
    names = ["--cluster-type", "STRICT_DNS", "--claims-host", "claims-api", "--metrics-port", "9102"]
    names += ["--otlp-endpoint", "http://collector:4318", "--cors-origins", "https://a.example, https://b.example"]
    environment = {"MUTUA_GATEWAY_PORT": "18080"}
    subprocess.run([*command, *names], check=True, env=environment)  # noqa: S603 (our own command)
    text = (tmp_path / "envoy.yaml").read_text()
    assert "@" not in text.replace("'@type'", "")
    for part in (
        "port_value: 18080",
        "issuer: http://127.0.0.1:18080",
        "address: claims-api",
        "exact: https://b.example",
    ):
        assert part in text
    validate = [ENVOY, "--mode", "validate", "-c", str(tmp_path / "envoy.yaml")]
    checked = subprocess.run(validate, capture_output=True, text=True, check=False)  # noqa: S603 (our own command)
    assert checked.returncode == 0, checked.stderr


def test_table_can_be_given(services: Services, openapi: Path, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path / "docs", openapi)
    less = replace(settings.table, routes=settings.table.routes[:1])
    assert "/v1/me" not in render(replace(settings, table=less))
