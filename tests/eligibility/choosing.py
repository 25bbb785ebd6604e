"""Whom a selector chooses on a tiny district, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from districts import tiny_district, tiny_policy
from pydantic import TypeAdapter

from rotation_planner.data.district import District
from rotation_planner.eligibility import stand
from rotation_planner.policy.selectors import Selector


def chosen(
    district: District, selector: dict[str, Any], *rules: dict[str, Any], scores: Mapping[str, Any] | None = None
) -> set[str]:
    """The staff_id of everybody who passes."""
    standing = stand(district, tiny_policy(*rules, scores=scores))
    passed = standing.selecting.people(TypeAdapter(Selector).validate_python(selector))
    return set(district.staff["staff_id"][passed])


def of(staff: dict[str, Any], selector: dict[str, Any], **tables: Any) -> set[str]:
    """The same of people of the schools A and B."""
    return chosen(tiny_district(["A", "B"], staff, **tables), selector)
