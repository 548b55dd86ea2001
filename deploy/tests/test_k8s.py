"""The manifests mean what they should: selectors, settings, ports, limits. Schema checks pass what matches nothing."""

import json
import re
import subprocess
import sys
from typing import Any

import pytest
import yaml
from container_files import faults_of
from manifests import K8S, OVERLAYS, Cluster, containers, matches, secret_references

from mutua_local.services import DEMO_IDS, DEMO_LOGINS, SERVICES, Service

DOCUMENTS = {"DOCUMENTS_URL", "AWS_REGION"}
# Variables of the one ConfigMap that only some services ask for.
SHARED = {"SMTP_HOST", "SMTP_PORT", "SMTP_TLS", "MAIL_FROM", "PUBLIC_URL", "PORTAL_URL", "JWKS_URL", *DOCUMENTS}


@pytest.fixture(params=OVERLAYS, scope="module")
def cluster(request: pytest.FixtureRequest) -> Cluster:
    return Cluster.of(request.param)


def short(service: Service) -> str:
    return service.name.rpartition("-")[0]


def test_rendered_files_are_those_of_the_sources() -> None:
    command = [sys.executable, str(K8S / "render.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own command)
    assert done.returncode == 0, done.stdout


def test_every_object_has_its_namespace_and_no_two_the_same_name(cluster: Cluster) -> None:
    named = [(one["kind"], one["metadata"]["name"]) for one in cluster.objects]
    assert len(named) == len(set(named))
    outside = [one["kind"] for one in cluster.objects if one["metadata"].get("namespace") != "mutua"]
    assert outside == ["Namespace"]
    assert cluster.kind("Secret") == []


@pytest.mark.parametrize("service", SERVICES, ids=lambda one: one.name)
def test_every_service_has_api_worker_and_migration_of_its_image(cluster: Cluster, service: Service) -> None:
    parts = {"api": "Deployment", "migration": "Job"} | ({"worker": "Deployment"} if service.worker else {})
    for part, kind in parts.items():
        workload = cluster.named(kind, f"{short(service)}-{part}")
        pod = workload["spec"]["template"]
        container = pod["spec"]["containers"][0]
        assert container["image"].startswith(f"mutua/{service.name}:")
        assert container["args"] == [{"migration": "migrate"}.get(part, part)]
        labels = pod["metadata"]["labels"]
        assert (labels["app.kubernetes.io/name"], labels["app.kubernetes.io/component"]) == (service.name, part)
        assert pod["spec"]["serviceAccountName"] == f"{short(service)}-runtime"
        assert (f"mutua-{service.schema}", "DATABASE_URL") in set(secret_references(pod))


@pytest.mark.parametrize("service", SERVICES, ids=lambda one: one.name)
def test_every_process_gets_what_its_settings_ask(cluster: Cluster, service: Service) -> None:
    not_asked = {f"{name}: unknown" for name in SHARED}
    for workload, pod in cluster.pods():
        if pod["metadata"]["labels"].get("app.kubernetes.io/name") == service.name:
            environment = cluster.environment(pod["spec"]["containers"][0])
            faults = [each for each in faults_of(service.name, environment) if each not in not_asked]
            assert faults == [], workload["metadata"]["name"]


def test_documents_are_encrypted_everywhere(cluster: Cluster) -> None:
    for workload, pod in cluster.pods():
        if workload["kind"] == "Deployment" and ("mutua-common", "BUS_URL") in set(secret_references(pod)):
            assert ("mutua-common", "DOCUMENT_KEYS") in set(secret_references(pod)), workload["metadata"]["name"]


def test_a_setting_that_lacks_is_found(cluster: Cluster) -> None:
    container = cluster.named("Deployment", "payout-api")["spec"]["template"]["spec"]["containers"][0]
    environment = cluster.environment(container)
    environment.pop("DEBTOR_IBAN")
    assert any("debtor_iban" in each for each in faults_of("payout-svc", environment))


def test_selectors_choose_the_pods_that_they_mean(cluster: Cluster) -> None:
    for workload, pod in cluster.pods():
        name = workload["metadata"]["name"]
        if workload["kind"] != "Job":
            assert cluster.selected(workload["spec"]["selector"]) == [name]
        for spread in pod["spec"].get("topologySpreadConstraints", []):
            assert cluster.selected(spread["labelSelector"]) == [name]
    for kind in ("Service", "PodDisruptionBudget"):
        for one in cluster.kind(kind):
            assert cluster.selected(one["spec"]["selector"]) == [one["metadata"]["name"]]
    for one in cluster.kind("HorizontalPodAutoscaler"):
        target = one["spec"]["scaleTargetRef"]
        assert target["name"] == one["metadata"]["name"]
        assert "replicas" not in cluster.named(target["kind"], target["name"])["spec"]


def test_every_api_scales_and_every_long_lived_pod_of_ours_has_a_budget(cluster: Cluster) -> None:
    scaled = {one["metadata"]["name"] for one in cluster.kind("HorizontalPodAutoscaler")}
    assert scaled == {"gateway", *(f"{short(one)}-api" for one in SERVICES)}
    budgets = {one["metadata"]["name"] for one in cluster.kind("PodDisruptionBudget")}
    assert budgets == scaled | {f"{short(one)}-worker" for one in SERVICES if one.worker}


def test_every_container_is_bounded_probed_hardened_and_of_one_version(cluster: Cluster) -> None:
    for workload, pod in cluster.pods():
        assert pod["spec"]["automountServiceAccountToken"] is False
        assert pod["spec"]["securityContext"]["runAsNonRoot"] is True
        assert pod["spec"]["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in containers(pod):
            name = f"{workload['metadata']['name']}/{container['name']}"
            assert re.fullmatch(r"[a-z/-]+:(?!latest)[\w.-]+", container["image"]), name
            for bound in ("requests", "limits"):
                assert container["resources"][bound].keys() == {"cpu", "memory"}, name
            assert container["securityContext"]["allowPrivilegeEscalation"] is False, name
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}, name
            if container["image"].startswith("mutua/"):
                assert container["securityContext"]["readOnlyRootFilesystem"] is True, name
            if workload["kind"] != "Job":
                assert {"startupProbe", "readinessProbe", "livenessProbe"} <= container.keys(), name


def ports_of(pod: Any) -> dict[str, int]:
    return {port["name"]: port["containerPort"] for each in pod["spec"]["containers"] for port in each.get("ports", [])}


def test_ports_that_are_named_are_there(cluster: Cluster) -> None:
    for workload, pod in cluster.pods():
        for container in pod["spec"]["containers"]:
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                check = container.get(probe, {})
                port = check.get("httpGet", check.get("tcpSocket", {})).get("port")
                assert port is None or port in ports_of(pod), (workload["metadata"]["name"], probe)
    for service in cluster.kind("Service"):
        (target,) = [
            pod for _, pod in cluster.pods() if matches(service["spec"]["selector"], pod["metadata"]["labels"])
        ]
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports_of(target).keys()


def test_gateway_is_led_to_services_and_ports_that_there_are(cluster: Cluster) -> None:
    pod = cluster.named("Deployment", "gateway")["spec"]["template"]
    environment = cluster.environment(pod["spec"]["containers"][0])
    for service in SERVICES:
        prefix = f"MUTUA_{service.port.upper()}"
        target = cluster.named("Service", environment[f"{prefix}_HOST"])
        assert target["metadata"]["name"] == f"{short(service)}-api"
        ports = {str(port["port"]): port["targetPort"] for port in target["spec"]["ports"]}
        assert ports[environment[f"{prefix}_PORT"]] == "http"
        # Headless: the gateway must see every replica.
        assert target["spec"]["clusterIP"] == "None"
    settings = next(one for one in cluster.kind("ConfigMap") if one["metadata"]["name"].startswith("mutua-settings-"))
    assert settings["data"]["JWKS_URL"] == "http://identity-api:8000/.well-known/jwks.json"
    assert environment["MUTUA_ISSUER_URL"] == settings["data"]["ISSUER_URL"]


def allows(cluster: Cluster, source: str, target: str, port: int) -> bool:
    """Tell whether the policies let a workload reach another: its egress and the other's ingress, by label."""
    pods = {one["metadata"]["name"]: pod for one, pod in cluster.pods()}
    labels = {name: pods[name]["metadata"]["labels"] for name in (source, target)}

    def opened(mine: str, other: str, direction: str, side: str) -> bool:
        rules = [
            rule
            for policy in cluster.kind("NetworkPolicy")
            if matches(policy["spec"]["podSelector"], labels[mine])
            for rule in policy["spec"].get(direction, [])
        ]
        known = ports_of(pods[target])
        return any(
            (side not in rule or any("podSelector" in peer and "namespaceSelector" not in peer
             and matches(peer["podSelector"], labels[other]) for peer in rule[side]))
            and port in [known.get(one["port"], one["port"]) for one in rule["ports"]]
            for rule in rules
        )  # fmt: skip

    return opened(source, target, "egress", "to") and opened(target, source, "ingress", "from")


def test_nothing_is_open_but_what_is_needed(cluster: Cluster) -> None:
    denied = cluster.named("NetworkPolicy", "default-deny")["spec"]
    assert denied == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for service in SERVICES:
        api = f"{short(service)}-api"
        assert allows(cluster, "gateway", api, 8000)
        assert allows(cluster, api, "identity-api", 8000)
        assert not allows(cluster, api, "gateway", 8080)
        if service.worker:
            assert not allows(cluster, "gateway", f"{short(service)}-worker", 9100)
            assert not allows(cluster, f"{short(service)}-worker", api, 8000)
    assert not allows(cluster, "claims-api", "payout-api", 8000)
    for policy in cluster.kind("NetworkPolicy"):
        if policy["spec"]["podSelector"]:
            assert cluster.selected(policy["spec"]["podSelector"]), policy["metadata"]["name"]


def test_demo_reaches_its_own_database_bus_and_mailbox() -> None:
    demo = Cluster.of("demo")
    for service in SERVICES:
        for part in ("api", "migration", *(["worker"] if service.worker else [])):
            assert allows(demo, f"{short(service)}-{part}", "postgres", 5432)
        assert not service.worker or allows(demo, f"{short(service)}-worker", "rabbitmq", 5672)
    assert allows(demo, "roles", "postgres", 5432)
    assert allows(demo, "notify-worker", "mailbox", 8025)
    assert allows(demo, "identity-api", "mailbox", 8025)
    assert not allows(demo, "claims-worker", "mailbox", 8025)
    assert not allows(demo, "gateway", "postgres", 5432)
    job = demo.named("Job", "publish-plan")["spec"]["template"]
    waited = job["spec"]["initContainers"][0]["args"][1:]
    assert waited == [f"http://{short(one)}-worker:9100/healthz" for one in SERVICES if one.worker]
    for service in SERVICES:
        assert not service.worker or allows(demo, "publish-plan", f"{short(service)}-worker", 9100)


def test_demo_secrets_are_those_that_are_asked_for() -> None:
    command = [sys.executable, str(K8S / "demo_secrets.py")]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 (our own command)
    made = {one["metadata"]["name"]: one["stringData"] for one in yaml.safe_load_all(text) if one["kind"] == "Secret"}
    asked = {reference for _, pod in Cluster.of("demo").pods() for reference in secret_references(pod)}
    assert {name for name, _ in asked} == made.keys()
    assert all(key is None or key in made[name] for name, key in asked)
    assert {login.secret for login in DEMO_LOGINS} == made["mutua-demo-logins"].keys()
    for service in SERVICES:
        password = made["mutua-roles"][f"{service.schema.upper()}_DATABASE_PASSWORD"]
        assert (
            f"//mutua_{service.schema}:{password}@postgres:5432/mutua"
            in made[f"mutua-{service.schema}"]["DATABASE_URL"]
        )
    ids = Cluster.of("demo").named("Job", "demo-logins")["spec"]["template"]["spec"]["containers"][0]["env"]
    assert DEMO_IDS.items() <= {one["name"]: one.get("value") for one in ids}.items()
    assert json.dumps(made["mutua-identity-key"]).count("BEGIN PRIVATE KEY") == 1


def test_production_asks_for_secrets_that_are_documented_and_serves_tls() -> None:
    production = Cluster.of("production")
    readme = (K8S / "README.md").read_text(encoding="utf-8")
    for _, pod in production.pods():
        for name, key in secret_references(pod):
            assert f"`{name}`" in readme
            assert key is None or f"`{key}`" in readme
    pod = production.named("Deployment", "gateway")["spec"]["template"]
    environment = production.environment(pod["spec"]["containers"][0])
    mounts = {mount["mountPath"] for mount in pod["spec"]["containers"][0]["volumeMounts"]}
    assert environment["MUTUA_TLS_CERTIFICATE_FILE"].rpartition("/")[0] in mounts
    assert environment["MUTUA_ISSUER_URL"].startswith("https://")
    assert pod["spec"]["containers"][0]["readinessProbe"]["httpGet"]["scheme"] == "HTTPS"
    assert min(one["spec"]["minReplicas"] for one in production.kind("HorizontalPodAutoscaler")) >= 2
    assert not production.kind("StatefulSet")
