"""What a value of a pack should have been, in the reader's language: the schema's own messages are English only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rotation_planner.words import has, say

# Several of the schema's types of error say one thing to a reader.
_ALIKE = {
    "int_parsing": "int", "int_type": "int", "int_from_float": "int", "int_parsing_size": "int",
    "float_parsing": "number", "float_type": "number", "finite_number": "number", "decimal_parsing": "number",
    "bool_parsing": "bool", "bool_type": "bool", "string_type": "string",
    "tuple_type": "list", "list_type": "list", "dict_type": "mapping", "mapping_type": "mapping",
    "model_type": "mapping", "model_attributes_type": "mapping",
    "date_parsing": "date", "date_from_datetime_parsing": "date", "date_type": "date",
    "date_from_datetime_inexact": "date", "literal_error": "listed", "enum": "listed",
    "greater_than_equal": "at_least", "greater_than": "more_than", "less_than_equal": "at_most",
    "less_than": "less_than", "too_short": "entries", "string_too_short": "not_empty",
    "string_pattern_mismatch": "pattern", "is_instance_of": "share",
}  # fmt: skip
_LIMITS = {"at_least": "ge", "more_than": "gt", "at_most": "le", "less_than": "lt", "entries": "min_length"}


class Detail:
    """One clause, worded when it is read: what the schema expects in the place of the value."""

    def __init__(self, kind: str, context: Mapping[str, Any]) -> None:
        self.kind = _ALIKE.get(kind, "other")
        self.context = context

    def __str__(self) -> str:
        if not has(f"policy_detail.{self.kind}"):
            return say("policy_detail.other")
        values: dict[str, Any] = {}
        if self.kind in _LIMITS:
            values["limit"] = self.context.get(_LIMITS[self.kind], "")
        if self.kind == "listed":
            told = str(self.context.get("expected", "")).replace(" or ", ", ").split(", ")
            values["known"] = say("policy.list_separator").join(each.strip("'") for each in told)
        return say(f"policy_detail.{self.kind}", **values)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)
