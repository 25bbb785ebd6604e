"""Which rows of a program are one place: a share in one school, the limit of one school, one pinned person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.program import CUT, RowBlock
from rotation_planner.policy.kinds import Order, People, ReverseFlow, Rule, ShareRule
from rotation_planner.solve.elastic import STRUCTURE

RECEIVING = frozenset({"headcount", "subject_staffing", "posts", "title_posts"})
HELPED = RECEIVING | {"share"}  # kinds of which two rows with one helper column say one thing


@dataclass(frozen=True, eq=False)
class Place:
    """One rule in one scope: the rule's id, the block and the place in it that tell the scope, and its rows."""

    number: int
    rule: str
    block: RowBlock
    place: int
    rows: Array


class Finding:
    """Finds the places of a program. ``helpers``: the first of the columns that rules have added; ``soft``: rules whose
    places are looked for (all when ``None``); ``unit`` is set to what a person counts in the rows of a share."""

    def __init__(self, rules: Mapping[str, Rule], helpers: int, soft: Collection[str] | None, unit: Array) -> None:
        self.rules, self._helpers, self._soft, self.unit = rules, helpers, soft, unit
        self.places: list[Place] = []

    def find(self, blocks: Iterable[RowBlock], matrix: sp.csr_matrix, low: Array, high: Array) -> list[Place]:
        """Rows of one scope in one block are one place, and so are those that share a helper column."""
        places: list[tuple[RowBlock, int, list[int]]] = []
        last = {block.rule: block for block in blocks}
        for block in blocks:
            if block.rule.startswith((*STRUCTURE, CUT)) or (self._soft is not None and block.rule not in self._soft):
                continue
            rule = self.rules[block.rule]
            if isinstance(rule, ShareRule) and not isinstance(rule.over, People) and block is last[block.rule]:
                twice = 2 if rule.rounding == "half_up" else 1
                share = rule.at_least if rule.at_least is not None else rule.at_most
                self.unit[block.first : block.first + block.count] = twice * (share.denominator if share else 1)
            of_scope: dict[int, int] = {}
            by_helper: dict[int, int] = {}
            if rule.kind in HELPED:
                for number, (other, _, rows) in enumerate(places):
                    if other.rule == block.rule:
                        by_helper.update((each, number) for row in rows for each in self._of_row(matrix, row))
            for offset in range(block.count):
                row = block.first + offset
                helpers = self._of_row(matrix, row)
                if isinstance(rule, Order) and np.isfinite(low[row]):
                    continue  # says when everybody ahead has left
                if isinstance(rule, ReverseFlow) and len(helpers) and np.isfinite(high[row]):
                    continue  # says when anybody moves at all
                if not (np.isfinite(low[row]) or np.isfinite(high[row])):
                    continue
                scope = int(block.scopes.ids[offset])
                known = next((by_helper[each] for each in helpers if each in by_helper), None)
                if known is None:
                    known = of_scope.get(scope)
                if known is None:
                    known = len(places)
                    places.append((block, offset, []))
                of_scope[scope] = known
                places[known][2].append(row)
        self.places = [
            Place(number, block.rule, block, offset, np.array(rows, dtype=np.int64))
            for number, (block, offset, rows) in enumerate(places)
        ]
        return self.places

    def _of_row(self, matrix: sp.csr_matrix, row: int) -> list[int]:
        columns = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        return [int(each) for each in columns[columns >= self._helpers]]

    def openings(self, matrix: sp.csr_matrix, low: Array, high: Array, upper: Array) -> tuple[sp.csr_matrix, list[int]]:
        """A school over its limit opens at the price of what the limit lacks: its helper column may be 1 whatever the
        room, and nobody arrives while it is 0. Rows that say so, and the place of each. ``upper`` is widened in
        place."""
        made: list[tuple[Array, Array]] = []
        of_place: list[int] = []
        for place in self.places:
            if self.rules[place.rule].kind not in RECEIVING:
                continue
            for row in place.rows.tolist():
                part = slice(matrix.indptr[row], matrix.indptr[row + 1])
                columns, values = matrix.indices[part], matrix.data[part].copy()
                helper = np.flatnonzero(columns >= self._helpers)
                if len(helper) != 1 or values[helper[0]] > 0 or np.isfinite(low[row]) or high[row] != 0:
                    continue
                upper[columns[helper[0]]] = 1
                others = np.delete(np.arange(len(columns)), helper)
                values[helper[0]] = -float(upper[columns[others]].sum())
                made.append((columns, values))
                of_place.append(place.number)
        sizes = [len(columns) for columns, _ in made]
        if not made:
            return sp.csr_matrix((0, matrix.shape[1])), []
        row_of = np.repeat(np.arange(len(made)), sizes)
        columns, values = (np.concatenate([each[part] for each in made]) for part in (0, 1))
        return sp.csr_matrix((values, (row_of, columns)), shape=(len(made), matrix.shape[1])), of_place
