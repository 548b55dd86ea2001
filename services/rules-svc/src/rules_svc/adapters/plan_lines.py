"""Where in a plan file a fault is: the line of a pointer."""

from collections.abc import Iterable
from dataclasses import replace

import yaml

from kit.errors import FieldError


def located(text: str, faults: Iterable[FieldError]) -> list[FieldError]:
    """Put the line of its place before each fault's message."""
    root = _composed(text)
    return [replace(fault, message=f"line {_line(root, fault.pointer)}: {fault.message}") for fault in faults]


def _composed(text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.YAMLError:
        return None


def _line(node: yaml.Node | None, pointer: str) -> int:
    """Return the line of the deepest part of a pointer that the file has; lines count from 1."""
    line = 1
    for part in pointer.split("/")[1:]:
        found = _inside(node, part)
        if found is None:
            break
        line, node = found
    return line


def _inside(node: yaml.Node | None, part: str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            # The parts of some lists are named by their code or document instead of their place.
            if part == str(number) or (isinstance(item, yaml.MappingNode) and part in _scalars(item)):
                return item.start_mark.line + 1, item
    return None


def _scalars(item: yaml.MappingNode) -> set[str]:
    return {value.value for _, value in item.value if isinstance(value, yaml.ScalarNode)}
