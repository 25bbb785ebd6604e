"""What a search asks of a model, or of a part of one."""

from __future__ import annotations

from typing import Protocol

from rotation_planner.model.model import Cost
from rotation_planner.model.program import Array, ProgramArrays


class Searched(Protocol):
    """A program, its levels, and what its columns are."""

    @property
    def arrays(self) -> ProgramArrays:
        """Columns and rows."""

    @property
    def leave(self) -> Array:
        """The columns that say how many leave."""

    @property
    def go(self) -> Array:
        """The columns that say how many go where: the arcs."""

    @property
    def arc_kind(self) -> Array:
        """Of which kind the people of each arc are."""

    @property
    def kind_size(self) -> Array:
        """How many people each kind has."""

    @property
    def column_school(self) -> Array:
        """The school of each column (see ``Model.column_school``)."""

    def costs_padded(self) -> tuple[Cost, ...]:
        """What each level makes small, over all columns."""
