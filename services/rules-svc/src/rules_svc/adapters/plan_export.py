"""A plan version as a YAML file that an editor can check against the JSON Schema of the plan language."""

import yaml

from rules_svc.adapters.plan_reader import PlanSource

SCHEMA_LINE = "# yaml-language-server: $schema=plan.schema.json\n"
_WIDTH = 140


def yaml_of(source: PlanSource) -> str:
    """Return the file as its author wrote it, or written anew from the content; both have the same hash."""
    text = source.text or yaml.safe_dump(source.content, allow_unicode=True, sort_keys=False, width=_WIDTH)
    return text if "$schema=" in text.partition("\n")[0] else SCHEMA_LINE + text
