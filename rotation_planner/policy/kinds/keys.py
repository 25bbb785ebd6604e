"""Keys of an order: a chain of dates, numbers, points, listed values and priority classes, each with its direction."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from rotation_planner.policy.base import Strict, form_of
from rotation_planner.policy.selectors import Selector, Stay

Seniority = Literal["joined_school", "position_since", "hired_on", "birth_date"]
"""A date of the staff: the earlier, the sooner."""


class ByField(Strict):
    """A column of the staff, ``school.<column>``, a computed field or ``score.<name>``: its ``smallest`` (earliest)
    or ``largest`` (latest) value first; listed values in the order of the contract, other text as text. Blanks last.
    """

    field: str
    first: Literal["smallest", "largest"] = "smallest"


class ByStay(Strict):
    """A length of service, the ``largest`` first unless said otherwise; not known comes last."""

    stay: Stay
    first: Literal["smallest", "largest"] = "largest"


class ByClass(Strict):
    """A priority class: whoever passes comes before whoever does not, whatever later keys say."""

    those: Selector


_KEYS: dict[str, type[Strict]] = {"field": ByField, "stay": ByStay, "those": ByClass}


def _key(data: Any) -> str:
    return "date" if isinstance(data, str) else form_of(_KEYS)(data)


OrderKey = Annotated[
    Annotated[Seniority, Tag("date")]
    | Annotated[ByField, Tag("field")]
    | Annotated[ByStay, Tag("stay")]
    | Annotated[ByClass, Tag("those")],
    Discriminator(_key, custom_error_type="key_form", custom_error_message="unknown form of order key"),
]
OrderKeys = Annotated[tuple[OrderKey, ...], Field(min_length=1)]
LONGEST_FIRST: tuple[Seniority, ...] = ("joined_school", "hired_on", "birth_date")
