"""Read a plan file: every scalar a string, no key twice, a hash of the content and not of its layout."""

import hashlib
import json
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import ValidationError

from kit.errors import FieldError
from rules_svc.adapters.plan_lines import located
from rules_svc.adapters.plan_schema import PlanFile
from rules_svc.domain.errors import PlanInvalid


class _StringLoader(yaml.CBaseLoader):
    """BaseLoader leaves every scalar a string: safe_load reads the articles 7.1 and 7.10 as one float."""


def _mapping(loader: _StringLoader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    result: dict[Hashable, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in result:
            raise PlanInvalid(f"key {key!r} stands twice (line {key_node.start_mark.line + 1})")
        result[key] = loader.construct_object(value_node, deep=True)
    return result


_StringLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml(text: str) -> Any:
    """Read a YAML text with strings only.

    Raises: PlanInvalid when a key stands twice or the text is no YAML.
    """
    try:
        return yaml.load(text, Loader=_StringLoader)  # noqa: S506 (a BaseLoader: no objects, strings only)
    except yaml.YAMLError as error:
        raise PlanInvalid(f"not a YAML document: {error}") from error


@dataclass(frozen=True, slots=True)
class PlanSource:
    """A plan file that keeps to the plan language.

    Shapes: `hash` is the SHA-256 of the content as canonical JSON, so comments and layout do not count; `text` is the
    file as its author wrote it, where it is known.
    """

    file: PlanFile
    hash: str
    content: dict[str, Any]
    text: str | None = None


def read_plan(text: str) -> PlanSource:
    """Read and check the shape of a plan file.

    Raises: PlanInvalid naming every faulty place with its line.
    """
    try:
        return plan_from_content(read_yaml(text), text)
    except PlanInvalid as invalid:
        raise PlanInvalid(invalid.message, errors=located(text, invalid.errors)) from invalid


def plan_from_content(content: Any, text: str | None = None) -> PlanSource:
    """Check the shape of a plan that was read before (from a file or from the database)."""
    try:
        file = PlanFile.model_validate(content)
    except ValidationError as error:
        faults = [
            FieldError("/" + "/".join(str(part) for part in fault["loc"]), fault["type"], fault["msg"])
            for fault in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise PlanInvalid("the plan file breaks the plan language", errors=faults) from error
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return PlanSource(file, hashlib.sha256(canonical.encode()).hexdigest(), content, text)
