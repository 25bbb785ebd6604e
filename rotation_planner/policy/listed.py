"""Listed values as people write them in a pack: Chinese words stand for their keys, as they do in the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from rotation_planner.data import schema
from rotation_planner.data.schema import Kind

COMPARED = ("is", "in", "not_in", "at_least", "at_most", "more_than", "less_than", "contains")
NAMING = ("field", "to", "from")  # where a comparison names its column
RESULTS = ("all_in", "any_in", "count_in")


def key_of(values: Mapping[str, str]) -> Callable[[Any], Any]:
    """A reader of one listed value: its key for the Chinese word, anything else as it stands."""
    known = schema.accepted(values)

    def read(value: Any) -> Any:
        return known.get(schema.plain(value), value) if isinstance(value, str) else value

    return read


@cache
def _reader(column: str) -> Callable[[Any], Any] | None:
    """How the values of a column are read; ``None`` where any text is its own."""
    name = column.removeprefix("school.")
    for table in ("schools", "exemptions") if name != column else ("staff", "schools", "exemptions"):
        for of in schema.table(table).columns:
            if of.key == name and of.kind is Kind.YES_NO:
                return _yes_no
            if of.key == name and of.values:
                return key_of(of.values)
    return None


def _yes_no(value: Any) -> Any:
    """Yes or no where one of its two words stands; numbers and other text as they are."""
    yes, no = (schema.YES_NO[each] for each in ("yes", "no"))
    return {yes: True, no: False}.get(value, value) if isinstance(value, str) else value


def in_keys(data: Any) -> Any:
    """A pack's data with keys in the place of Chinese listed values, wherever a column of the contract is compared,
    counted or given points. Sentences and columns of the district's own stay as they are."""
    if isinstance(data, list):
        return [in_keys(each) for each in data]
    if not isinstance(data, dict):
        return data
    made = {key: in_keys(value) for key, value in data.items()}
    column = next((made[key] for key in NAMING if isinstance(made.get(key), str)), None)
    read = None if column is None else _reader(column)
    if read is not None:
        made |= {key: _each(made[key], read) for key in COMPARED if key in made}
    if isinstance(made.get("column"), str) and isinstance(made.get("table"), dict):
        read = _reader(made["column"])
        if read is not None:
            made["table"] = {read(key): value for key, value in made["table"].items()}
    if "appraisals" in made:
        made |= {key: _each(made[key], key_of(schema.RESULTS)) for key in RESULTS if key in made}
    return made


def _each(value: Any, read: Callable[[Any], Any]) -> Any:
    return [read(each) for each in value] if isinstance(value, list) else read(value)
