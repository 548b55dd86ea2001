"""A bad replica and a service that hangs harm neither the others nor the gateway."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from gateway_rig import Issuer, Services, free_port, running_envoy, serving, settings_for
from test_requests import is_problem


def cluster(config: Any, name: str) -> Any:
    return next(one for one in config["static_resources"]["clusters"] if one["name"] == name)


class BrokenReplica:
    """Healthy by its own word, and 503 to all that matters."""

    def __init__(self) -> None:
        self.hits = 0

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        healthy = scope["path"] == "/readyz"
        self.hits += not healthy
        await send({"type": "http.response.start", "status": 200 if healthy else 503, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def test_replica_that_fails_is_shut_out(services: Services, openapi: Path, tmp_path: Path, issuer: Issuer) -> None:
    port, broken = free_port(), BrokenReplica()

    def second_replica(config: Any) -> None:
        endpoints = cluster(config, "claims")["load_assignment"]["endpoints"][0]["lb_endpoints"]
        address = {"socket_address": {"address": "127.0.0.1", "port_value": port}}
        endpoints.append({"endpoint": {"address": address}})

    settings = settings_for(services, tmp_path / "docs", openapi)
    with serving({port: broken}), running_envoy(tmp_path, settings, change=second_replica) as gateway:
        # A POST without a key is not tried again: each meeting with the broken one is seen.
        seen = [gateway.client.post("/v1/cases", headers=issuer.bearer()).status_code for _ in range(60)]
        assert 1 <= seen.count(503) <= 8
        assert broken.hits == seen.count(503)
        assert seen[-10:] == [200] * 10
        ejected = gateway.client.get(f"{gateway.admin}/stats?filter=claims.outlier_detection.ejections_active$").text
        assert ejected.strip().endswith(": 1")


def test_hanging_service_is_not_given_more_than_its_share(
    services: Services, openapi: Path, tmp_path: Path, issuer: Issuer
) -> None:
    def narrow(config: Any) -> None:
        limits = {"max_connections": 1, "max_pending_requests": 1, "max_requests": 2}
        cluster(config, "claims")["circuit_breakers"]["thresholds"] = [limits]

    settings = settings_for(services, tmp_path / "docs", openapi)
    with running_envoy(tmp_path, settings, change=narrow) as gateway:
        slow = issuer.bearer() | {"x-test-sleep": "1"}

        def ask(path: str) -> httpx.Response:
            return httpx.post(gateway.url + path, headers=slow, timeout=10)

        with ThreadPoolExecutor(12) as pool:
            strained = [pool.submit(ask, "/v1/cases") for _ in range(8)]
            other = [pool.submit(ask, "/v1/messages") for _ in range(4)]
            answers = [one.result() for one in strained]
            assert [one.result().status_code for one in other] == [200] * 4
        counted = Counter(answer.status_code for answer in answers)
        assert counted[200] >= 1
        assert counted[503] >= 4
        assert counted.keys() == {200, 503}
        for answer in answers:
            assert answer.status_code == 200 or is_problem(answer, 503, "unavailable")
            assert answer.status_code == 200 or answer.elapsed.total_seconds() < 1
        assert gateway.client.get("/v1/me", headers=issuer.bearer()).status_code == 200


@pytest.mark.parametrize(
    ("path", "method", "counted"),
    [
        ("/identity/o/api/token", "POST", True),
        ("/accounts/login/?next=/x", "POST", True),
        ("/accounts//login/", "POST", True),
        ("/accounts/2fa/authenticate/", "POST", True),
        ("/accounts/login/", "GET", False),
        ("/accounts/logout/", "POST", False),
        ("/identity/o/api/tokens", "POST", False),
    ],
)
def test_tries_at_secrets_have_a_small_rate_for_each_address(
    services: Services, openapi: Path, tmp_path: Path, path: str, method: str, counted: bool
) -> None:
    with running_envoy(tmp_path, settings_for(services, tmp_path / "docs", openapi, secret_rate=1)) as gateway:
        answers = [gateway.client.request(method, path) for _ in range(60)]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert bool(refused) == counted
        assert {answer.json()["code"] for answer in refused} <= {"rate_limited"}
        assert [answer.status_code for answer in answers[:10]] == [200] * 10
        with httpx.Client(base_url=gateway.url, transport=httpx.HTTPTransport(local_address="127.0.0.3")) as other:
            assert other.request(method, path).status_code == 200
        assert gateway.client.get("/accounts/login/").status_code == 200
