"""Render Envoy's configuration and the API reference from envoy.yaml.template, routes.yaml and settings.

Run: python gateway/render.py --out DIR. Each setting is a flag (--gateway-port) or a variable (MUTUA_GATEWAY_PORT).
"""

import argparse
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import swagger_ui_bundle
import yaml

from routing_table import Route, Table, load_table

HERE = Path(__file__).resolve().parent
OPENAPI = HERE.parent / "libs" / "contracts" / "openapi.json"

# name: (default, meaning). The ports of the services are those of the embedded system.
SETTINGS: Mapping[str, tuple[str, str]] = {
    "gateway_host": ("127.0.0.1", "address to listen on"),
    "gateway_port": ("8080", "port to listen on"),
    "envoy_admin_port": ("8109", "Envoy's admin interface, on loopback only"),
    "metrics_port": ("", "port of GET /metrics (Prometheus); none where empty"),
    "issuer_url": ("", "expected `iss`; http://<gateway_host>:<gateway_port> where empty"),
    "audience": ("mutua-api", "expected `aud`"),
    "identity_host": ("127.0.0.1", "host of identity-svc"),
    "identity_port": ("8101", "port of identity-svc"),
    "claims_host": ("127.0.0.1", "host of claims-api"),
    "claims_port": ("8111", "port of claims-api"),
    "bookings_host": ("127.0.0.1", "host of booking-api"),
    "bookings_port": ("8112", "port of booking-api"),
    "rules_host": ("127.0.0.1", "host of rules-svc"),
    "rules_port": ("8113", "port of rules-svc"),
    "payouts_host": ("127.0.0.1", "host of payout-svc"),
    "payouts_port": ("8114", "port of payout-svc"),
    "notify_host": ("127.0.0.1", "host of notify-svc"),
    "notify_port": ("8115", "port of notify-svc"),
    "cluster_type": ("STATIC", "STATIC for addresses, STRICT_DNS for names (compose, Kubernetes)"),
    "cors_origins": ("", "origins of browser applications, separated by commas"),
    "subject_rate": ("100", "requests a second of one token subject; ten times as many at once"),
    "address_rate": ("500", "requests a second of one address; ten times as many at once"),
    "secret_rate": ("5", "log-ins and token requests a second of one address; ten times as many at once"),
    "tls_certificate_file": ("", "certificate chain (PEM) of the public port; plain HTTP where empty"),
    "tls_key_file": ("", "its key, in the same directory: a new pair renamed into it is taken at once"),
    "portal_url": ("", "where the members' portal is; a page says that there is none where empty"),
    "trusted_hops": ("0", "proxies in front whose X-Forwarded-For is believed"),
    "otlp_endpoint": ("", "collector for spans (OTLP over HTTP), http://host:port; none where empty"),
}

_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Swagger UI's own page for the end of the log-in: static, with its script inside.
_RETURN_POLICY = "default-src 'none'; script-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
PORTAL_PAGE = "portal.html"
_HTML, _SCRIPT, _STYLE = "text/html; charset=utf-8", "text/javascript; charset=utf-8", "text/css; charset=utf-8"
_FRESH, _DAY = "no-cache", "public, max-age=86400"
# path: (file in the docs directory, content type, how long a browser may keep it)
DOCS: Mapping[str, tuple[str, str, str]] = {
    "/docs": ("index.html", _HTML, _FRESH),
    "/docs/": ("index.html", _HTML, _FRESH),
    "/docs/mutua.css": ("mutua.css", _STYLE, _FRESH),
    "/docs/mutua.js": ("mutua.js", _SCRIPT, _FRESH),
    "/docs/mutua.svg": ("mutua.svg", "image/svg+xml", _DAY),
    "/docs/swagger-ui.css": ("swagger-ui.css", _STYLE, _DAY),
    "/docs/swagger-ui-bundle.js": ("swagger-ui-bundle.js", _SCRIPT, _DAY),
    "/docs/oauth2-redirect.html": ("oauth2-redirect.html", _HTML, _FRESH),
    "/openapi.json": ("openapi.json", "application/json", _FRESH),
}

# Where somebody tries passwords, codes and secrets: with POST, on the normalised path.
_TRIES = "/(identity/o/api/token|accounts/(login|reauthenticate|password/reset|2fa/authenticate))([/?].*)?"
_TELLTALES = ("server", "x-powered-by", "x-envoy-upstream-healthchecked-cluster")
_FLAGS_TIMEOUT = ["UT"]
_FLAGS_UNAVAILABLE = ["UH", "UF", "UO", "URX", "UC", "LR", "UR", "NC", "UPE"]
_AGAIN = "try again later"
_AS_SAID = "%LOCAL_REPLY_BODY%"
# The first row that fits an answer of Envoy's own shapes it: (filter, code, title, detail), as the services say it.
PROBLEMS: tuple[tuple[dict[str, Any], str, str, str], ...] = (
    ({"response_flag_filter": {"flags": _FLAGS_TIMEOUT}}, "timeout", "The service did not answer in time", _AGAIN),
    ({"response_flag_filter": {"flags": _FLAGS_UNAVAILABLE}}, "unavailable", "Not available for now", _AGAIN),
    ({"status": 401}, "unauthorized", "Authentication required or token not valid", _AS_SAID),
    ({"status": 403}, "not_allowed", "Not allowed", _AS_SAID),
    ({"status": 404}, "not_found", "Not found", _AS_SAID),
    ({"status": 411}, "length_required", "Content-Length required", _AS_SAID),
    ({"status": 413}, "too_large", "Request body too large", _AS_SAID),
    ({"status": 429}, "rate_limited", "Too many requests", _AGAIN),
    ({"status": 503}, "unavailable", "Not available for now", _AGAIN),
    ({"status": 504}, "timeout", "The service did not answer in time", _AGAIN),
    ({"status": 400}, "bad_request", "The request cannot be read", "its path, a header or its framing is malformed"),
    ({"at_least": 400}, "not_served", "Request not served", _AS_SAID),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs from one environment to the next."""

    values: Mapping[str, str]
    docs_dir: Path
    table: Table = field(default_factory=lambda: load_table(HERE / "routes.yaml"))

    @classmethod
    def of(cls, docs_dir: Path, **values: object) -> "Settings":
        """Take the values given and the default of every other setting; refuse a name that is none."""
        unknown = values.keys() - SETTINGS.keys()
        if unknown:
            raise ValueError(f"no such setting: {', '.join(sorted(unknown))}")
        defaults = {name: default for name, (default, _) in SETTINGS.items()}
        return cls(values=defaults | {name: str(value) for name, value in values.items()}, docs_dir=docs_dir)

    def text(self, name: str) -> str:
        return self.values[name]

    def number(self, name: str) -> int | None:
        return int(self.values[name]) if self.values[name] else None

    @property
    def issuer(self) -> str:
        scheme = "https" if self.tls else "http"
        return self.text("issuer_url") or f"{scheme}://{self.text('gateway_host')}:{self.text('gateway_port')}"

    @property
    def tls(self) -> tuple[Path, Path] | None:
        """Return certificate and key, where the public port has them."""
        certificate, key = self.text("tls_certificate_file"), self.text("tls_key_file")
        if not certificate and not key:
            return None
        pair = Path(certificate).absolute(), Path(key).absolute()
        if not (certificate and key) or pair[0].parent != pair[1].parent:
            raise ValueError("tls_certificate_file and tls_key_file go together, in one directory")
        return pair

    @property
    def tls_file(self) -> Path:
        return (self.docs_dir.parent / "tls.yaml").absolute()


_NAME = re.compile(r"@([A-Z_]+)@")


def fill(node: Any, values: Mapping[str, Any]) -> Any:
    """Put values in the places of their names: a list in a list is spliced in, None leaves out its key or item."""
    if isinstance(node, dict):
        filled = {key: fill(value, values) for key, value in node.items()}
        return {key: value for key, value in filled.items() if value is not None}
    if isinstance(node, list):
        return list(_spliced(node, values))
    if isinstance(node, str):
        whole = _NAME.fullmatch(node)
        return values[whole[1]] if whole else _NAME.sub(lambda name: str(values[name[1]]), node)
    return node


def _spliced(items: list[Any], values: Mapping[str, Any]) -> Iterable[Any]:
    for item in items:
        value = fill(item, values)
        if isinstance(value, list) and isinstance(item, str):
            yield from value
        elif value is not None:
            yield value


def render(settings: Settings) -> str:
    """Return Envoy's configuration as YAML."""
    template = yaml.safe_load((HERE / "envoy.yaml.template").read_text(encoding="utf-8"))
    parts = template.pop("fragments")
    if settings.number("metrics_port") is None:
        listeners = template["static_resources"]["listeners"]
        template["static_resources"]["listeners"] = [each for each in listeners if each["name"] != "metrics"]
    config = fill(
        template,
        {
            "ADMIN_PORT": settings.number("envoy_admin_port"),
            "LISTEN_HOST": settings.text("gateway_host"),
            "LISTEN_PORT": settings.number("gateway_port"),
            "METRICS_PORT": settings.number("metrics_port"),
            "TRUSTED_HOPS": settings.number("trusted_hops"),
            "ISSUER": settings.issuer,
            "AUDIENCE": settings.text("audience"),
            "JWKS_URI": _origin(settings, "identity") + "/.well-known/jwks.json",
            "CORS_ORIGINS": [
                {"exact": each.strip()} for each in settings.text("cors_origins").split(",") if each.strip()
            ],
            "TLS": fill(parts["tls"], {"TLS_FILE": str(settings.tls_file)}) if settings.tls else None,
            "SECRET_TRIES": {"name": ":path", "string_match": {"safe_regex": {"regex": _TRIES}}},
            "SECRET_BUCKET": _bucket(settings.text("secret_rate")),
            "ADDRESS_BUCKET": _bucket(settings.text("address_rate")),
            "SUBJECT_BUCKET": _bucket(settings.text("subject_rate")),
            "JSON_LIMIT": settings.table.body_limits["json"],
            "SAMPLING": 100 if settings.text("otlp_endpoint") else 0,
            "OTLP_URI": (settings.text("otlp_endpoint").rstrip("/") or "http://otlp") + "/v1/traces",
            "RESPONSE_HEADERS": _response_headers(settings, parts["response_header"]),
            "PROBLEMS": [_problem(*row, part=parts["problem"]) for row in PROBLEMS],
            "ROUTES": _routes(settings, parts),
            "CLUSTERS": _clusters(settings, parts),
        },
    )
    return yaml.dump(config, Dumper=_Plain, sort_keys=False, width=200)


def render_tls(settings: Settings) -> str | None:
    """Return the file that leads Envoy to the certificate, where the public port has one."""
    if settings.tls is None:
        return None
    template = yaml.safe_load((HERE / "envoy.yaml.template").read_text(encoding="utf-8"))
    certificate, key = settings.tls
    values = {"CERTIFICATE": str(certificate), "KEY": str(key), "FOLDER": str(certificate.parent)}
    return yaml.dump(fill(template["fragments"]["tls_certificate"], values), sort_keys=False, width=200)


class _Plain(yaml.SafeDumper):
    """YAML without anchors: a part used twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 (the signature is PyYAML's)
        return True


def _origin(settings: Settings, service: str) -> str:
    return f"http://{settings.text(f'{service}_host')}:{settings.text(f'{service}_port')}"


def _bucket(rate: str) -> dict[str, Any]:
    return {"max_tokens": int(rate) * 10, "tokens_per_fill": int(rate), "fill_interval": "1s"}


def _response_headers(settings: Settings, part: Any) -> list[Any]:
    absent, always = "ADD_IF_ABSENT", "OVERWRITE_IF_EXISTS_OR_ADD"
    headers = [
        ("x-content-type-options", "nosniff", always),
        ("x-frame-options", "DENY", absent),
        # Not "no-referrer": a form would then be sent with "Origin: null", which Django's CSRF check refuses.
        ("referrer-policy", "same-origin", absent),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'", absent),
        ("cache-control", "no-store", absent),
    ]
    if settings.issuer.startswith("https:"):
        headers.append(("strict-transport-security", "max-age=31536000", always))
    set_headers = [fill(part, {"NAME": name, "VALUE": value, "ACTION": action}) for name, value, action in headers]
    return [*set_headers, *({"remove": name} for name in _TELLTALES)]


def _problem(rule: dict[str, Any], code: str, title: str, detail: str, *, part: Any) -> Any:
    status, at_least = rule.get("status"), rule.get("at_least")
    if status or at_least:
        value = {"default_value": status or at_least, "runtime_key": f"problem_{status or 'other'}"}
        rule = {"status_code_filter": {"comparison": {"op": "EQ" if status else "GE", "value": value}}}
    again = [{"header": {"key": "retry-after", "value": "1"}}] if code == "rate_limited" else None
    kind = f"urn:mutua:problem:{code.replace('_', '-')}"
    return fill(part, {"FILTER": rule, "TYPE": kind, "TITLE": title, "DETAIL": detail, "CODE": code, "HEADERS": again})


def _routes(settings: Settings, parts: Mapping[str, Any]) -> list[Any]:
    """Order the routes so that a limit's refusal stands before the rows that it guards, the widest limit first."""
    routes = [_docs_file(settings.docs_dir, path, parts["docs_file"]) for path in DOCS]
    limits = settings.table.body_limits
    for body in sorted(limits, key=lambda name: -limits[name]):
        detail = f"a request body here has at most {limits[body]} bytes"
        routes.append(fill(parts["too_large"], {"BODY": body, "ABOVE": limits[body] + 1, "DETAIL": detail}))
        for route in settings.table.routes:
            if route.body == body:
                routes += _resource(route, limits[body], parts)
    portal = [_portal(prefix, settings, parts) for prefix in settings.table.portal]
    return [*routes, *portal, parts["no_resource"]]


def _portal(prefix: str, settings: Settings, parts: Mapping[str, Any]) -> Any:
    address = urlsplit(settings.text("portal_url"))
    if not address.netloc:
        file = str((settings.docs_dir / PORTAL_PAGE).resolve())
        return fill(parts["portal_page"], {"PREFIX": prefix, "FILE": file, "POLICY": _PAGE_POLICY})
    place = {"SCHEME": address.scheme, "HOST": address.hostname, "PORT": address.port, "BASE": address.path.rstrip("/")}
    return fill(parts["portal_redirect"], {"PREFIX": prefix, **place})


def _docs_file(docs_dir: Path, path: str, part: Any) -> Any:
    name, content_type, cache = DOCS[path]
    file = str((docs_dir / name).resolve())
    policy = _RETURN_POLICY if name == "oauth2-redirect.html" else _PAGE_POLICY
    return fill(part, {"PATH": path, "FILE": file, "CONTENT_TYPE": content_type, "CACHE": cache, "POLICY": policy})


def _resource(route: Route, limit: int, parts: Mapping[str, Any]) -> list[Any]:
    streamed = route.body == "upload"
    buffer = parts["buffer_off"] if streamed else fill(parts["buffer_limit"], {"LIMIT": limit})
    roles = [fill(parts["role"], {"ROLE": role}) for role in route.roles] or [{"any": True}]
    gate = fill(parts[f"gate_{route.access}"], {"BUFFER": buffer, "ROLES": roles})
    policy = {"key": "content-security-policy", "value": "frame-ancestors 'none'"}
    resource = fill(
        parts["resource"],
        {
            "PREFIX": route.prefix,
            "SERVICE": route.service,
            "GATE": gate,
            "PAGE_HEADERS": [{"header": policy, "append_action": "ADD_IF_ABSENT"}] if route.pages else None,
            "TIMEOUT": f"{route.timeout_seconds or 15}s",
            # A long answer is not taken for a dead replica, or the work would be started three times over.
            "TRY_TIMEOUT": None if route.timeout_seconds else "5s",
        },
    )
    return [fill(parts["no_length"], {"PREFIX": route.prefix}), resource] if streamed else [resource]


def _clusters(settings: Settings, parts: Mapping[str, Any]) -> list[Any]:
    def cluster(name: str, host: str | None, port: int, *, kind: str, health: str | None = None) -> Any:
        checks = [fill(parts["health_check"], {"PATH": health})] if health else None
        endpoints = fill(parts["endpoints"], {"HOST": host, "PORT": port}) if host else []
        values = {"NAME": name, "TYPE": kind, "ENDPOINTS": endpoints, "HEALTH_CHECKS": checks}
        return fill(parts["cluster"], values)

    clusters = []
    for name, path in settings.table.health.items():
        host, port = settings.text(f"{name}_host"), int(settings.text(f"{name}_port"))
        clusters.append(cluster(name, host, port, kind=settings.text("cluster_type"), health=path))
    collector = urlsplit(settings.text("otlp_endpoint"))
    clusters.append(cluster("otlp", collector.hostname, collector.port or 4318, kind="STRICT_DNS"))
    if settings.number("metrics_port") is not None:
        clusters.append(cluster("admin", "127.0.0.1", int(settings.text("envoy_admin_port")), kind="STATIC"))
    return clusters


def write_docs(docs_dir: Path, openapi: Path) -> None:
    """Gather the files of the API reference in one directory."""
    docs_dir.mkdir(parents=True, exist_ok=True)
    own, vendor = HERE / "docs", Path(str(swagger_ui_bundle.swagger_ui_path))
    for name, _, _ in DOCS.values():
        source = openapi if name == "openapi.json" else own / name if (own / name).exists() else vendor / name
        shutil.copyfile(source, docs_dir / name)
    shutil.copyfile(own / PORTAL_PAGE, docs_dir / PORTAL_PAGE)


def main() -> None:
    """Write DIR/envoy.yaml and DIR/docs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="directory for envoy.yaml and docs/")
    parser.add_argument(
        "--openapi", type=Path, default=OPENAPI, help="merged OpenAPI document (tools/merge_openapi.py)"
    )
    for name, (default, meaning) in SETTINGS.items():
        value = os.environ.get(f"MUTUA_{name.upper()}", default)
        parser.add_argument(f"--{name.replace('_', '-')}", default=value, help=f"{meaning} (now: {value or 'none'})")
    options = vars(parser.parse_args())
    out, openapi = options.pop("out"), options.pop("openapi")
    settings = Settings.of(out / "docs", **options)
    write_docs(settings.docs_dir, openapi)
    # In this order: Envoy reads the second when it finds it in the first.
    if certificate := render_tls(settings):
        settings.tls_file.write_text(certificate, encoding="utf-8")
    (out / "envoy.yaml").write_text(render(settings), encoding="utf-8")


if __name__ == "__main__":
    main()
