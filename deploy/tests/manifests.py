"""What a cluster would get: the rendered overlays, and the few questions that the checks ask of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from container_files import ROOT

K8S = ROOT / "deploy" / "k8s"
OVERLAYS = ("demo", "production")
POD_KINDS = ("Deployment", "StatefulSet", "Job")


@dataclass(frozen=True, slots=True)
class Cluster:
    """The objects of one overlay."""

    objects: list[Any]

    @classmethod
    def of(cls, overlay: str) -> "Cluster":
        text = (K8S / "rendered" / f"{overlay}.yaml").read_text(encoding="utf-8")
        return cls(list(yaml.safe_load_all(text)))

    def kind(self, *kinds: str) -> list[Any]:
        return [one for one in self.objects if one["kind"] in kinds]

    def named(self, kind: str, name: str) -> Any:
        found = [one for one in self.kind(kind) if one["metadata"]["name"] == name]
        assert len(found) == 1, (kind, name)
        return found[0]

    def pods(self) -> Iterator[tuple[Any, Any]]:
        """Yield every workload with its pod template."""
        for one in self.kind(*POD_KINDS):
            yield one, one["spec"]["template"]

    def selected(self, selector: Any) -> list[str]:
        """Return the workloads whose pods a label selector chooses."""
        return [one["metadata"]["name"] for one, pod in self.pods() if matches(selector, pod["metadata"]["labels"])]

    def environment(self, container: Any) -> dict[str, str]:
        """Return a container's variables; a secret's value is a word that fits an address."""
        known: dict[str, str] = {}
        for source in container.get("envFrom", []):
            if "configMapRef" in source:
                known |= self.named("ConfigMap", source["configMapRef"]["name"])["data"]
        for one in container.get("env", []):
            reference = one.get("valueFrom", {})
            if "configMapKeyRef" in reference:
                data = self.named("ConfigMap", reference["configMapKeyRef"]["name"])["data"]
                known[one["name"]] = data.get(reference["configMapKeyRef"]["key"], "")
            else:
                known[one["name"]] = one.get("value", "postgresql://secret-of-more-than-thirty-two-letters@x/y")
        return known


def matches(selector: Any, labels: dict[str, str]) -> bool:
    wanted = (
        selector.get("matchLabels", {}) if "matchExpressions" in selector else selector.get("matchLabels", selector)
    )
    chosen = all(labels.get(key) == value for key, value in wanted.items())
    assert all(rule["operator"] == "In" for rule in selector.get("matchExpressions", []))
    return chosen and all(labels.get(rule["key"]) in rule["values"] for rule in selector.get("matchExpressions", []))


def containers(pod: Any) -> list[Any]:
    return [*pod["spec"]["containers"], *pod["spec"].get("initContainers", [])]


def secret_references(pod: Any) -> Iterator[tuple[str, str | None]]:
    """Yield (name, key) of every Secret that a pod needs; no key: all of it. Optional ones are left out."""
    for container in containers(pod):
        for source in container.get("envFrom", []):
            if "secretRef" in source and not source["secretRef"].get("optional"):
                yield source["secretRef"]["name"], None
        for one in container.get("env", []):
            reference = one.get("valueFrom", {}).get("secretKeyRef")
            if reference:
                yield reference["name"], reference["key"]
    for volume in pod["spec"].get("volumes", []):
        if "secret" in volume:
            yield volume["secret"]["secretName"], None
