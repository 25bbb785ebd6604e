"""What every part of a policy shares: strict frozen records, exact shares, sentences in two languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Strict(BaseModel):
    """A record that refuses unknown keys and never changes."""

    # Built when first used: as parts of the whole policy most are never used by themselves.
    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, arbitrary_types_allowed=True, strict=False, defer_build=True
    )


def exact_fraction(value: Any) -> Any:
    """``0.15``, ``"15%"`` or ``"3/20"`` as the exact fraction 3/20; anything else is left for the schema to refuse."""
    if isinstance(value, bool) or value is None:
        raise ValueError("share")
    if isinstance(value, Fraction):
        return value
    try:
        text = str(value).strip()
        if text.endswith("%"):
            return Fraction(text[:-1].strip()) / 100
        return Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError("share") from error


Share = Annotated[Fraction, BeforeValidator(exact_fraction), Field(ge=0)]
Scalar = bool | int | float | dt.date | str


class Words(Strict):
    """One sentence in both languages; ``{parameter}`` stands for a value of the rule it belongs to."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def __getitem__(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


Force = Literal["must", "should"]


def form_of(forms: Mapping[str, type[Strict]], otherwise: str = "unknown") -> Callable[[Any], str]:
    """Tells of data which of several forms it has: the first whose key stands in it."""

    def form(data: Any) -> str:
        if isinstance(data, dict):
            return next((key for key in forms if key in data), otherwise)
        return next((key for key, each in forms.items() if isinstance(data, each)), otherwise)

    return form
