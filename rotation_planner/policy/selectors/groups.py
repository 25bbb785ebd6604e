"""Selectors that look at others: somebody else in the same office, a place in a ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from rotation_planner.policy.base import Share, Strict

if TYPE_CHECKING:
    from rotation_planner.policy.selectors import Selector


class OnBeside(Strict):
    """Somebody else, alike in all of these columns (``school_id``, ``department``, ...; a blank is like nothing),
    passes the selector ``beside``."""

    beside: Selector
    within: Annotated[tuple[str, ...], Field(min_length=1)]


class OnRanked(Strict):
    """A place in the order of a number, among the people of ``among`` alike in the columns ``within``.

    ``ranked``: a number of the staff (``points``, ``score.<name>``, any other column). ``school.<column>`` ranks the
    schools instead, each once, and everybody takes the place of the present school (``within``: columns of schools,
    ``school.<column>``; no ``among``). The ``first`` end is the ``largest`` or the ``smallest``. One of:

    - ``best``: among the first so many, whoever equals the last of them included;
    - ``best_share``: among the first floor(share x number), equals of the last of them included (of none: nobody);
    - ``below_mean_of``: the own number is less than ``share_of_mean`` x the mean of the first so many (of all where
      there are fewer); equals of the last of them do not add to the mean.

    Whoever has no such number is not ranked, counts for nothing and does not pass. Numbers are taken exactly as their
    decimals stand, also where they stand as text (dates and yes/no are none); blanks in ``within`` are alike.
    """

    ranked: str
    first: Literal["largest", "smallest"] = "largest"
    among: Selector | None = None
    within: tuple[str, ...] = ()
    best: Annotated[int, Field(ge=1)] | None = None
    best_share: Share | None = None
    below_mean_of: Annotated[int, Field(ge=1)] | None = None
    share_of_mean: Share | None = None

    @model_validator(mode="after")
    def _one_of_three(self) -> OnRanked:
        given = [each is not None for each in (self.best, self.best_share, self.below_mean_of)]
        if sum(given) != 1 or (self.below_mean_of is None) != (self.share_of_mean is None):
            raise ValueError("ranked_one_of")
        if self.ranked.startswith("school.") and self.among is not None:
            raise ValueError("ranked_schools")
        return self
