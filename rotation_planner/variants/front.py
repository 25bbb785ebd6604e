"""The front: plans that cannot be bettered in one goal without losing in another, found by caps on all goals but one.

Values are whole numbers of each goal's smallest unit. A solve under caps makes the goals small one after the other, so
its answer, where every goal is proven, is no worse than any plan in all goals and better in one: a point of the front.
What is left to search are boxes of caps for the goals behind the first; a solve at a box's upper corner either finds a
point there or shows that there is none, and what it decides is taken out (Kirlik and Sayin 2014). Large boxes are
halved first, so that few solves find points that lie far apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Values = tuple[int, ...]
NONE = math.inf


@dataclass(frozen=True)
class Point:
    """A plan by its values; ``proven``: that no plan is at least as good in all goals and better in one."""

    values: Values
    proven: bool
    found: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Answer:
    """What a solve came to: a point, or none (``impossible``: proven that there is none, else time was too short)."""

    point: Point | None
    impossible: bool = False


@dataclass(frozen=True)
class Front:
    """The points, best in the first goal first, and whether they are all there are."""

    points: tuple[Point, ...]
    complete: bool
    solves: int


Solve = Callable[[Sequence[int], Sequence[float]], Answer]
"""Solve with the goals in this order, none above its cap (``inf``: no cap)."""
Box = tuple[tuple[float, ...], tuple[float, ...]]


class Search:
    """One search of a front of ``goals`` goals: ``solve`` solves, ``enough`` says when to end.

    ``most``: so many points at most. The best plan of each goal is always among them.
    """

    def __init__(self, goals: int, solve: Solve, *, most: int, enough: Callable[[], bool] = lambda: False) -> None:
        self.goals = goals
        self._solve = solve
        self.most = most
        self._enough = enough
        self.points: dict[Values, Point] = {}
        self.solves = 0
        self.complete = True

    def run(self) -> Front:
        """Find points until all are known, or ``most`` of them, or it is enough."""
        none = [NONE] * self.goals
        best: list[Point] = []
        for first in range(self.goals):
            order = [first, *(goal for goal in range(self.goals) if goal != first)]
            point = self._ask(order, none).point
            if point is None:
                return self._told(complete=False)
            best.append(point)
            self.complete &= point.proven
        low = [min(each.values[goal] for each in best) for goal in range(self.goals)]
        # With two goals no point has a worse second one than the plan that is proven the best in the first.
        known = self.goals == 2 and best[0].proven
        high = [float(best[0].values[1])] if known else [NONE] * (self.goals - 1)
        boxes: list[Box] = [(tuple(map(float, low[1:])), tuple(high))]
        for point in list(self.points.values()):
            boxes = _split(boxes, point.values[1:])
        while boxes:
            if len(self.points) >= self.most or self._enough():
                return self._told(complete=False)
            boxes = self._step(boxes)
        return self._told(complete=self.complete)

    def _step(self, boxes: list[Box]) -> list[Box]:
        """Solve at the upper corner of the largest box, halved where it is large; the boxes left."""
        size = self._ranges()
        box = max(boxes, key=lambda each: (_volume(each, size), each))
        low, high = box
        top = self._clipped(high)
        axis = max(range(len(low)), key=lambda at: (top[at] - low[at]) / max(size[at], 1.0))
        if top[axis] - low[axis] > max(1.0, size[axis] / (2 * self.most)):
            middle = math.floor((low[axis] + top[axis]) / 2) + 1.0
            if low[axis] < middle < high[axis]:
                at = tuple(middle if number == axis else NONE for number in range(len(low)))
                boxes = _split(boxes, at)
                high = tuple(middle if number == axis else value for number, value in enumerate(high))
        caps = [NONE, *(value - 1 for value in high)]
        if any(cap < least for cap, least in zip(caps[1:], low, strict=True)):
            return _without(boxes, tuple([-NONE] * len(high)), high)
        answer = self._ask(range(self.goals), caps)
        if answer.point is None:
            self.complete &= answer.impossible
            return _without(boxes, tuple([-NONE] * len(high)), high)
        self.complete &= answer.point.proven
        found = tuple(map(float, answer.point.values[1:]))
        return _without(_split(boxes, found), found, high)

    def _ask(self, order: Sequence[int], caps: Sequence[float]) -> Answer:
        self.solves += 1
        answer = self._solve(list(order), list(caps))
        if answer.point is not None:
            former = self.points.get(answer.point.values)
            if former is None or (answer.point.proven and not former.proven):
                self.points[answer.point.values] = answer.point
        return answer

    def _ranges(self) -> list[float]:
        """How far each goal behind the first reaches over the points so far."""
        columns = list(zip(*self.points, strict=True))[1:]
        return [float(max(column) - min(column)) for column in columns]

    def _clipped(self, high: Sequence[float]) -> list[float]:
        most = [float(max(column)) for column in list(zip(*self.points, strict=True))[1:]]
        return [min(value, limit + 1) for value, limit in zip(high, most, strict=True)]

    def _told(self, *, complete: bool) -> Front:
        """The points that none of the others betters."""
        points = [
            each for each in self.points.values() if not any(_betters(other, each.values) for other in self.points)
        ]
        points.sort(key=lambda each: each.values)
        return Front(tuple(points), complete and all(each.proven for each in points), self.solves)


def _betters(one: Values, other: Values) -> bool:
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))


def _split(boxes: list[Box], at: Sequence[float]) -> list[Box]:
    """The boxes cut along every axis where the value lies strictly inside."""
    for axis, value in enumerate(at):
        cut: list[Box] = []
        for low, high in boxes:
            if low[axis] < value < high[axis]:
                middle = (*high[:axis], float(value), *high[axis + 1 :])
                cut += [(low, middle), ((*low[:axis], float(value), *low[axis + 1 :]), high)]
            else:
                cut.append((low, high))
        boxes = cut
    return boxes


def _without(boxes: list[Box], low: Sequence[float], high: Sequence[float]) -> list[Box]:
    """The boxes that do not lie between the two corners."""
    return [
        box
        for box in boxes
        if any(a < b for a, b in zip(box[0], low, strict=True)) or any(a > b for a, b in zip(box[1], high, strict=True))
    ]


def _volume(box: Box, size: Sequence[float]) -> float:
    volume = 1.0
    for low, high, reach in zip(*box, size, strict=True):
        volume *= (min(high, low + 4 * max(reach, 1.0)) - low) / max(reach, 1.0)
    return volume


def balanced(points: Sequence[Point]) -> Point:
    """The point whose worst goal is least far from its best, each goal measured over the whole front."""
    columns = list(zip(*(each.values for each in points), strict=True))
    low, reach = [min(column) for column in columns], [max(max(column) - min(column), 1) for column in columns]

    def distance(point: Point) -> tuple[float, float]:
        off = [(value - least) / span for value, least, span in zip(point.values, low, reach, strict=True)]
        return max(off), sum(off)

    return min(points, key=distance)
