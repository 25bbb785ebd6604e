"""Walks through the parts of a policy, each with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

Place = tuple[int | str, ...]
Finding = tuple[str, Place, str, dict[str, Any]]
"""What is wrong: code, place, value, values for the sentence."""


def parts(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every part of a policy with its place, parents before children."""
    yield place, value
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield from parts(getattr(value, name), (*place, info.alias or name))
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from parts(each, (*place, key))
    elif isinstance(value, tuple):
        for number, each in enumerate(value):
            yield from parts(each, (*place, number))


def lookup(rule: BaseModel, path: str) -> Any:
    """The value of a dotted parameter of a rule.

    Raises:
        KeyError: the rule has no such parameter.
    """
    value: Any = rule
    for step in path.split("."):
        if isinstance(value, tuple) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
            continue
        if isinstance(value, dict) and step in value:
            value = value[step]
            continue
        fields = (
            {info.alias or name: name for name, info in type(value).model_fields.items()}
            if isinstance(value, BaseModel)
            else {}
        )
        if step not in fields:
            raise KeyError(path)
        value = getattr(value, fields[step])
    return value
