"""What the tests stand on: small real services on free ports, an issuer with its keys, and an Envoy between."""

import asyncio
import hashlib
import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import jwt
import uvicorn
import yaml
from cryptography.hazmat.primitives.asymmetric import rsa

from render import Settings, render, render_tls, write_docs

ISSUER, AUDIENCE = "http://gateway.test", "mutua-api"
SERVICES = ("identity", "claims", "bookings", "rules", "payouts", "notify")
ENVOY = str(Path(sys.executable).parent / "envoy")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Issuer:
    """Makes tokens; a second key stands for somebody else's."""

    def __init__(self) -> None:
        self._keys = {
            name: rsa.generate_private_key(public_exponent=65537, key_size=2048) for name in ("own", "foreign")
        }

    def jwks(self) -> dict[str, Any]:
        key = jwt.algorithms.RSAAlgorithm.to_jwk(self._keys["own"].public_key(), as_dict=True)
        return {"keys": [{**key, "kid": "k1", "use": "sig", "alg": "RS256"}]}

    def token(self, *roles: str, key: str = "own", without: str = "", **claims: Any) -> str:
        now = int(time.time())
        payload = {
            "iss": ISSUER, "aud": AUDIENCE, "sub": "somebody", "exp": now + 600, "iat": now, "token_use": "access",
            "roles": list(roles or ("member",)), "fund": "fnm", "client_id": "mutua-spa", **claims,
        }  # fmt: skip
        payload.pop(without, None)
        return jwt.encode(payload, self._keys[key], algorithm="RS256", headers={"kid": "k1"})

    def bearer(self, *roles: str, **claims: Any) -> dict[str, str]:
        return {"authorization": "Bearer " + self.token(*roles, **claims)}


@dataclass
class Services:
    """One small application per service: it says who it is and what it was sent, or does as `x-test-*` headers ask."""

    issuer: Issuer
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in SERVICES})
    hits: Counter[str] = field(default_factory=Counter)

    def app(self, name: str) -> Any:
        async def answer(scope: Any, receive: Any, send: Any) -> None:
            headers = {key.decode(): value.decode() for key, value in scope["headers"]}
            digest, size, more = hashlib.sha256(), 0, True
            while more:
                message = await receive()
                digest.update(message.get("body", b""))
                size += len(message.get("body", b""))
                more = message.get("more_body", False)
            status, body = 200, json.dumps(
                {"service": name, "method": scope["method"], "path": scope["raw_path"].decode(), "headers": headers,
                 "bytes": size, "sha256": digest.hexdigest()}
            )  # fmt: skip
            if scope["path"] == "/.well-known/jwks.json":
                body = json.dumps(self.issuer.jwks())
            if key := headers.get("x-test-key"):
                self.hits[key] += 1
                status = 503 if self.hits[key] <= int(headers.get("x-test-failures", "0")) else 200
            await asyncio.sleep(float(headers.get("x-test-sleep", "0")))
            start = {
                "type": "http.response.start",
                "status": status,
                "headers": [(b"content-type", b"application/json")],
            }
            await send(start)
            await send({"type": "http.response.body", "body": body.encode()})

        return answer

    @contextmanager
    def running(self) -> Iterator["Services"]:
        with serving({port: self.app(name) for name, port in self.ports.items()}):
            yield self


@contextmanager
def serving(apps: dict[int, Any]) -> Iterator[None]:
    """Serve each application on its port."""
    servers = [
        uvicorn.Server(uvicorn.Config(app, port=port, lifespan="off", ws="none", log_level="warning"))
        for port, app in apps.items()
    ]

    async def serve() -> None:
        await asyncio.gather(*(server.serve() for server in servers))

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        until(lambda: all(server.started for server in servers))
        yield
    finally:
        for server in servers:
            server.should_exit = True
        thread.join(timeout=10)


@dataclass
class Gateway:
    """A running Envoy."""

    url: str
    admin: str
    metrics: str
    log: Path
    process: subprocess.Popen[bytes]
    client: httpx.Client

    def log_lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def raw(self, path: str) -> tuple[int, bytes]:
        """Send a path as it is: HTTP clients tidy it up."""
        port = int(self.url.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
            wire.sendall(f"GET {path} HTTP/1.1\r\nhost: gateway.test\r\nconnection: close\r\n\r\n".encode())
            answer = b"".join(iter(lambda: wire.recv(65536), b""))
        found = re.match(rb"HTTP/1.1 (\d{3})", answer)
        assert found, answer
        return int(found[1]), answer


@contextmanager
def running_envoy(
    folder: Path, settings: Settings, *, change: Callable[[Any], None] = lambda _config: None, verify: Any = True
) -> Iterator[Gateway]:
    """Run Envoy; `change` may alter its configuration, `verify` is what the client believes of certificates."""
    path, log = folder / "envoy.yaml", folder / "envoy.log"
    config = yaml.safe_load(render(settings))
    change(config)
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    if certificate := render_tls(settings):
        settings.tls_file.write_text(certificate, encoding="utf-8")
    command = [ENVOY, "-c", str(path), "--disable-hot-restart", "--concurrency", "1", "-l", "warning"]
    command += ["--drain-time-s", "2", "--file-flush-interval-msec", "100"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)  # noqa: S603 (our own command)
    ports = {name: settings.text(name) for name in ("gateway_port", "envoy_admin_port", "metrics_port")}
    admin = f"http://127.0.0.1:{ports['envoy_admin_port']}"
    scheme = "https" if settings.tls else "http"
    url, metrics = f"{scheme}://127.0.0.1:{ports['gateway_port']}", f"http://127.0.0.1:{ports['metrics_port']}"
    try:
        with httpx.Client(base_url=url, timeout=20, verify=verify) as client:
            gateway = Gateway(url=url, admin=admin, metrics=metrics, log=log, process=process, client=client)
            until(lambda: _ready(gateway))
            yield gateway
    finally:
        process.terminate()
        process.wait(timeout=10)


def _ready(gateway: Gateway) -> bool:
    assert gateway.process.poll() is None, gateway.log.read_text()
    with suppress(httpx.TransportError):
        stats = gateway.client.get(gateway.admin + "/stats?filter=jwks_fetch_success").text
        return gateway.client.get(gateway.admin + "/ready").status_code == 200 and not stats.rstrip().endswith(" 0")
    return False


def settings_for(services: Services, docs: Path, openapi: Path, **values: Any) -> Settings:
    write_docs(docs, openapi)
    ports = {f"{name}_port": port for name, port in services.ports.items()}
    own = {name: free_port() for name in ("gateway_port", "envoy_admin_port", "metrics_port")}
    return Settings.of(docs, **{"issuer_url": ISSUER, "audience": AUDIENCE, **ports, **own, **values})


def until(condition: Any, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
