"""Wishes as columns of a program: what is fixed, chosen and met, whatever the program is of."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from rotation_planner.answers.asking import Ask
from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.model import Cost
from rotation_planner.model.program import INFINITY, ProgramArrays
from rotation_planner.solve.engines import Outcome, clock, constraint_program, integer_program, relax
from rotation_planner.solve.pricing import Priced


class Wishes(ABC):
    """A program (``arrays``), the goal levels as costs of its columns, and where wishes stand in it. ``values``: the
    plan, ``None`` where the program does not allow it; ``changes``: the number of changed fates, where counted."""

    arrays: ProgramArrays
    costs: Sequence[Cost]
    values: Array | None
    changes: Cost | None

    @abstractmethod
    def leave(self, person: int) -> int:
        """The column of whether a candidate leaves."""

    @abstractmethod
    def own(self, person: int) -> Array:
        """The columns of where a candidate goes."""

    @abstractmethod
    def wished(self, ask: Ask) -> Array:
        """The columns of which one is 1 where the wish is met; to stay, the one that is then 0."""

    @abstractmethod
    def moving(self) -> Priced:
        """The columns of who goes where, with the kind of each and the people of each kind."""

    @abstractmethod
    def around(self, ask: Ask) -> Array:
        """The columns of everybody of the person's stage and subject, and all that rules and goals have added."""

    def refused(self, ask: Ask, *, seconds: float, stop: threading.Event | None = None) -> bool:
        """Whether no plan at all meets a wish: its relaxation alone refuses it, or else the other engine does."""
        lower, upper = self.bounded(ask)
        program = replace(self.arrays, lower=lower, upper=upper)
        if (lower > upper).any() or not len(self.wished(ask)):
            return True
        nothing, until = np.zeros(len(lower), dtype=np.int64), clock() + seconds
        if relax(program, nothing, seconds=seconds, stop=stop).outcome is Outcome.INFEASIBLE:
            return True
        answer = constraint_program(program, nothing, seconds=until - clock(), stop=stop)
        return answer.outcome is Outcome.INFEASIBLE

    def met(self, ask: Ask, values: Array) -> bool:
        """Whether a solution meets the wish."""
        total = float(values[self.wished(ask)].sum())
        return total < 0.5 if ask.schools is None else total > 0.5

    def bounded(self, ask: Ask) -> tuple[Array, Array]:
        """The bounds of the columns with the wish met."""
        lower, upper = self.arrays.lower.copy(), self.arrays.upper.copy()
        if ask.schools is None:
            upper[self.leave(ask.person)] = 0
            return lower, upper
        lower[self.leave(ask.person)] = 1
        upper[np.setdiff1d(self.own(ask.person), self.wished(ask))] = 0
        return lower, upper

    def chosen(self, program: ProgramArrays, asks: Sequence[Ask], *, one: bool = False) -> ProgramArrays:
        """The program with a column for each wish that may be 1 where the wish is met; ``one`` is to be 1 then."""
        count, columns = len(asks), len(program.lower)
        wished = [self.wished(ask) for ask in asks]
        sizes = [len(each) for each in wished]
        sign = np.array([-1.0 if ask.schools is None else 1.0 for ask in asks])
        rows = np.append(np.repeat(np.arange(count), sizes), np.arange(count))
        entries = np.append(np.repeat(sign, sizes), np.full(count, -1.0))
        places = np.append(np.concatenate([*wished, np.zeros(0, dtype=np.int64)]), columns + np.arange(count))
        parts = [
            sp.hstack([program.matrix, sp.csr_matrix((len(program.row_lower), count))], format="csr"),
            sp.csr_matrix((entries, (rows, places)), shape=(count, columns + count)),
        ]
        low, high = np.where(sign < 0, -1.0, 0.0), np.full(count, INFINITY)
        if one:
            ones = (np.ones(count), (np.zeros(count, dtype=np.int64), columns + np.arange(count)))
            parts.append(sp.csr_matrix(ones, shape=(1, columns + count)))
            low, high = np.append(low, 1.0), np.append(high, 1.0)
        return ProgramArrays(
            np.append(program.lower, np.zeros(count)),
            np.append(program.upper, np.ones(count)),
            sp.vstack(parts, format="csr"),
            np.append(program.row_lower, low),
            np.append(program.row_upper, high),
        )

    def fewest_changes(self, ask: Ask, free: Array | None, *, seconds: float) -> int | None:
        """How many fates change, the person's own among them, in the nearest plan over some columns (all: ``None``)
        that meets a wish; ``None``: none found."""
        if self.values is None or self.changes is None:
            raise ValueError("changes are not counted")
        lower, upper = self.bounded(ask)
        answer = integer_program(
            replace(self.arrays, lower=lower, upper=upper), self.changes.coefficients, seconds=seconds,
            free=free, fixed=np.clip(self.values, lower, upper),
        )  # fmt: skip
        return None if answer.values is None else self.changes.value(answer.values)
