"""Health, metrics, the admin interface, and a stop that loses no request."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from gateway_rig import Gateway, Issuer, Services, running_envoy, settings_for, until
from test_requests import is_problem

from render import HERE, render


def test_health(http: httpx.Client) -> None:
    assert http.get("/healthz").status_code == 200


def test_metrics_are_scraped_beside_an_admin_on_loopback(gateway: Gateway) -> None:
    assert "envoy_cluster_upstream_rq_total" in gateway.client.get(gateway.metrics + "/metrics").text
    for path in ("/quitquitquit", "/stats", "/config_dump", "/metrics/../quitquitquit"):
        assert gateway.client.post(gateway.metrics + path).status_code == 404
        assert gateway.client.get(gateway.metrics + path).status_code == 404
    assert gateway.client.get(gateway.admin + "/ready").text.strip() == "LIVE"


def test_admin_is_on_loopback_wherever_the_gateway_listens(services: Services, openapi: Path, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path / "docs", openapi, gateway_host="0.0.0.0")  # noqa: S104 (what is tested)
    assert "admin:\n  address:\n    socket_address:\n      address: 127.0.0.1\n" in render(settings)


def test_no_span_leaves_unless_a_collector_is_set(services: Services, openapi: Path, tmp_path: Path) -> None:
    silent = settings_for(services, tmp_path / "docs", openapi)
    traced = settings_for(services, tmp_path / "docs", openapi, otlp_endpoint="http://collector:4318")
    assert re.search(r"random_sampling:\s+value: 0\n", render(silent))
    assert re.search(r"random_sampling:\s+value: 100\n", render(traced))
    assert "address: collector" in render(traced)
    assert "address: collector" not in render(silent)


@pytest.mark.parametrize("wrong", [{"claims_prt": 1}])
def test_setting_that_is_none_is_refused(
    tmp_path: Path, wrong: dict[str, int], services: Services, openapi: Path
) -> None:
    with pytest.raises(ValueError, match="no such setting: claims_prt"):
        settings_for(services, tmp_path / "docs", openapi, **wrong)


def test_https_issuer_gets_strict_transport_security(services: Services, openapi: Path, tmp_path: Path) -> None:
    settings = settings_for(services, tmp_path / "docs", openapi, issuer_url="https://api.example.org")
    assert "strict-transport-security" in render(settings)


def stat(gateway: Gateway, name: str) -> int:
    return int(gateway.client.get(f"{gateway.admin}/stats?filter=http.edge.{name}$").text.split(": ")[1])


def test_graceful_stop_finishes_what_has_begun(
    services: Services, openapi: Path, tmp_path: Path, issuer: Issuer
) -> None:
    with running_envoy(tmp_path, settings_for(services, tmp_path / "docs", openapi)) as gateway:
        with ThreadPoolExecutor(1) as pool:
            slow = issuer.bearer() | {"x-test-sleep": "1.5"}
            begun = pool.submit(httpx.get, gateway.url + "/v1/cases", headers=slow, timeout=10)
            until(lambda: stat(gateway, "downstream_rq_active") == 1)
            options = ["--admin", gateway.admin, "--look-away", "0.3", "--at-most", "10"]
            with subprocess.Popen([sys.executable, str(HERE / "drain.py"), *options]) as draining:  # noqa: S603 (ours)
                until(lambda: gateway.client.get("/healthz").status_code == 503)
                until(
                    lambda: (
                        httpx.get(gateway.url + "/v1/cases", headers=issuer.bearer()).headers.get("connection")
                        == "close"
                    )
                )
                assert draining.wait(timeout=15) == 0
            assert stat(gateway, "downstream_rq_active") == 0
            gateway.process.terminate()
            assert begun.result().status_code == 200
        assert gateway.process.wait(timeout=10) == 0


def test_services_figures_are_not_for_the_outside(http: httpx.Client, issuer: Issuer) -> None:
    for path in ("/metrics", "/metrics/", "/v1/metrics", "/v1/me/../../metrics"):
        assert is_problem(http.get(path), 404, "not_found")
        assert is_problem(http.get(path, headers=issuer.bearer("ops")), 404, "not_found")
