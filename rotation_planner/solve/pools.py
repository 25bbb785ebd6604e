"""Bounds for very many arcs: kinds that have the same places open, save in their own schools, are taken as one pool.

An arc of a pool stands for those of all its kinds: it pays what the cheapest of them pays above the least that its
kind pays anywhere, and everybody who leaves pays that least. What pools do not tell apart only makes the program
wider: its bound holds for every plan. The prices of its rows, put on the arcs themselves, prove a second bound.
"""

from __future__ import annotations

import threading
from itertools import combinations

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from rotation_planner.model.model import Model
from rotation_planner.model.program import BALANCE, INFINITY, Array, ProgramArrays
from rotation_planner.solve.engines import TOLERANCE, Answer, Method, Outcome
from rotation_planner.solve.pricing import Priced, cheapest, counted, relax_by_pricing

NEAR = 1e-4
FEW = 3  # arcs: so few are pooled only where they are the same
PARTS = 6  # lots of schools: two kinds are alike if they reach the same places outside the two lots of their schools


class Pools:
    """A model with its kinds in pools: ``arrays`` over the columns that are no arcs, then how many of each pool leave,
    then the arcs of pools. ``whole``: a program of the model with further columns and rows, instead of its own."""

    def __init__(self, model: Model, whole: ProgramArrays | None = None) -> None:
        self.model = model
        arrays, go, kind = whole or model.arrays, model.go, model.arc_kind
        block = next(block for block in model.program.blocks if block.rule == BALANCE)
        self._balance = np.zeros(len(arrays.row_lower), bool)
        self._balance[block.first : block.first + block.count] = True
        place = self._places(arrays)
        home = model.ground.facts.school[model.people.kind_person]
        pool = _alike(kind, place, model.arc_to, home)
        code, at, self._arc_of = np.unique(
            pool[kind] * (int(place.max(initial=0)) + 1) + place, return_index=True, return_inverse=True
        )
        self._stand_for, arc_pool = at, pool[kind[at]]
        pools = int(pool.max(initial=-1)) + 1
        no_arc = np.ones(len(arrays.lower), bool)
        no_arc[go] = False
        self._others = np.flatnonzero(no_arc)
        others, arcs = arrays.columns(self._others), arrays.columns(go[at])
        of_pool = sp.csr_matrix((np.ones(len(pool)), (pool, np.arange(len(pool)))), shape=(pools, len(pool)))
        left, each, own = others[self._balance], sp.identity(pools), ~self._balance
        homes = self._homes(pool, home, arc_pool, left)
        # How many of a pool leave in all stands in a column of its own: rows of each of its homes speak of it.
        matrix = sp.bmat(
            [
                [None, -each, of_pool @ arcs[self._balance]],
                [others[own], None, arcs[own]],
                list(homes),
                [of_pool @ left, each, None],
            ]
        )
        self._pools, self._pool_of = pools, pool
        before, size = len(self._others) + pools, np.bincount(pool, model.kind_size, pools)
        self.priced = Priced(np.arange(before, before + len(at)), arc_pool, size)
        none, of_homes = np.zeros(pools), np.zeros(homes[0].shape[0])
        upper = arrays.upper[self._others], size, np.bincount(self._arc_of, arrays.upper[go], len(code))
        self.arrays = ProgramArrays(
            np.concatenate([arrays.lower[self._others], none, arrays.lower[go[at]]]),
            np.concatenate(upper),
            sp.csr_matrix(matrix),
            np.concatenate([none, arrays.row_lower[own], of_homes - INFINITY, none]),
            np.concatenate([none, arrays.row_upper[own], of_homes, none]),
        )

    def _places(self, arrays: ProgramArrays) -> Array:
        """A number for each arc: alike where all rows but the balances have the same entries."""
        draw = np.random.default_rng(0).random((2, len(self._balance))) * ~self._balance
        told = [arrays.weighed(each)[self.model.go] for each in draw]
        return _numbered(*told, self.model.arc_to)

    def _homes(self, pool: Array, home: Array, arc_pool: Array, left: sp.csr_matrix) -> tuple[sp.csr_matrix, ...]:
        """Into a school go at most those of a pool who leave other schools: rows for every pool and home, over the
        columns that are no arcs, how many of each pool leave, and the arcs of pools."""
        model, schools = self.model, self.model.ground.schools
        codes, of_kind = np.unique(pool * np.int64(schools) + home, return_inverse=True)
        inside = model.arc_from == model.arc_to  # where people may go to another place of their own school: no row
        kept = ~np.isin(codes, codes[of_kind[model.arc_kind[inside]]])
        every, rows = np.arange(len(pool)), np.arange(len(codes))
        own = sp.csr_matrix((np.ones(len(pool)), (of_kind, every)), shape=(len(codes), len(pool)))
        shape = (len(codes), int(pool.max(initial=-1)) + 1)
        leaving = sp.csr_matrix((-np.ones(len(codes)), (rows, codes // schools)), shape=shape)
        entered = arc_pool * np.int64(schools) + model.arc_to[self._stand_for]
        at = np.minimum(np.searchsorted(codes, entered), len(codes) - 1)
        hit = np.flatnonzero(codes[at] == entered)
        entering = sp.csr_matrix((np.ones(len(hit)), (at[hit], hit)), shape=(len(codes), len(entered)))
        return (-(own @ left))[kept], leaving[kept], entering[kept]

    @property
    def arcs(self) -> int:
        """How many arcs of pools there are: the last columns."""
        return len(self._stand_for)

    @property
    def columns(self) -> int:
        """How many columns there are, arcs of pools among them."""
        return len(self.arrays.lower)

    def cost(self, cost: Array) -> Array:
        """What the columns of the pools pay at least."""
        model = self.model
        arcs = cost[model.go].astype(float)
        least = np.full(len(model.kind_size), np.inf)
        np.minimum.at(least, model.arc_kind, arcs)
        least[~np.isfinite(least)] = 0.0
        above = np.full(len(self._stand_for), np.inf)
        np.minimum.at(above, self._arc_of, arcs - least[model.arc_kind])
        whole = cost.astype(float)
        whole[model.leave] += least[model.people.group_kind]
        return np.concatenate([whole[self._others], np.zeros(self._pools), above])

    def narrow(self, relaxed: Answer, arcs: int) -> Array:
        """The columns that are no arcs, and of the arcs of pools those that a relaxation uses and some that are best by
        its prices for each pool: bool per column."""
        if relaxed.values is None or relaxed.reduced is None:
            return np.ones(len(self.arrays.lower), bool)
        spread = np.zeros(len(relaxed.reduced))  # so that of arcs as good those of different places are taken
        spread[self.priced.columns] = 1e-9 * ((np.arange(self.arcs) * 7919) % max(self.arcs, 1))
        return (relaxed.values > TOLERANCE) | self.cheapest(relaxed.reduced + spread, arcs)

    def at(self, columns: Array) -> Array:
        """Where columns that are no arcs stand here."""
        return np.searchsorted(self._others, columns)

    def others(self, values: Array, like: Array) -> Array:
        """Values of the columns that are no arcs, put among those of a program over the model's columns."""
        told = like.copy()
        told[self._others] = values[: len(self._others)]
        return told

    def cheapest(self, reduced: Array, arcs: int) -> Array:
        """The columns that are no arcs, and so many of each pool in the order of reduced cost: bool per column."""
        own = self.priced.columns
        looked = np.ones(len(reduced), bool)
        looked[own] = False
        looked[own[cheapest(reduced[own], self.priced.kind, arcs)]] = True
        return looked

    def near(self, cost: Array, of_pool: int, of_school: int) -> Array:
        """The columns that are no arcs, and so many of each pool and into each school in the order of what they pay:
        bool per column."""
        prices, own = self.cost(cost), self.priced.columns
        looked = self.cheapest(prices, of_pool)
        looked[own[cheapest(prices[own], self.model.arc_to[self._stand_for], of_school)]] = True
        return looked

    def of_plan(self, values: Array) -> Array:
        """The columns of the pools as a plan of the model has them."""
        own = values[self.model.go]
        leave = np.bincount(self._pool_of[self.model.arc_kind], own, self._pools)
        return np.concatenate([values[self._others], leave, np.bincount(self._arc_of, own, self.arcs)])

    def lifted(self, values: Array) -> tuple[Array, Array]:
        """Where a plan of the model does what pools do: the arcs of those who leave, along what their pool uses (bool
        per column), and what all other columns stand at."""
        model = self.model
        whole = np.zeros(model.program.columns)
        whole[self._others] = np.round(values[: len(self._others)])
        leaving = np.bincount(model.people.group_kind, whole[model.leave], len(model.kind_size))
        free = np.zeros(len(whole), bool)
        free[model.go] = self.used(values) & (leaving[model.arc_kind] > 0)
        return free, whole

    def used(self, values: Array) -> Array:
        """Which arcs of the model belong to arcs of pools along which somebody goes."""
        return np.asarray((values[len(values) - self.arcs :] > 0.5)[self._arc_of])

    def rows(self, matrix: sp.csr_matrix) -> sp.csr_matrix:
        """Rows over the columns that are no arcs, over those of the pools."""
        rest = sp.csr_matrix((matrix.shape[0], self._pools + self.arcs))
        return sp.csr_matrix(sp.hstack([matrix.tocsc()[:, self._others], rest]))

    def bound(
        self,
        pooled: ProgramArrays,
        whole: ProgramArrays,
        cost: Array,
        seconds: float,
        stop: threading.Event | None = None,
        begin: Array | None = None,
    ) -> tuple[float, Answer | None]:
        """A bound of a level, and what the same prices prove on the model itself, with the reduced cost of its every
        column: ``pooled`` is ``arrays`` with further rows, ``whole`` the model's with the same ones. ``begin``: columns
        from which on others are taken in as prices ask for them; all at once without it."""
        prices = self.cost(cost)
        answer = relax_by_pricing(
            pooled,
            prices,
            self.priced,
            np.ones(len(prices), bool) if begin is None else begin.copy(),
            seconds=seconds,
            enough=lambda value, bound: value - bound <= NEAR * abs(value),
            stop=stop,
            method=Method.INNER,
        )
        if answer.duals is None:
            return -INFINITY, None
        proof = self.on_arcs(whole, cost, answer.duals)
        return max(answer.bound, proof.bound), proof

    def on_arcs(self, whole: ProgramArrays, cost: Array, pooled_duals: Array) -> Answer:
        """What prices of the rows of pools prove on the model itself: a bound, and the reduced cost of every column."""
        model, rows = self.model, len(self._balance)
        duals = np.zeros(len(whole.row_lower))
        duals[:rows][~self._balance] = pooled_duals[self._pools :][: rows - int(self._balance.sum())]
        duals[rows:] = pooled_duals[len(self.arrays.row_lower) :]
        reduced = cost - whole.weighed(duals)
        least = np.full(len(model.kind_size), np.inf)
        np.minimum.at(least, model.arc_kind, reduced[model.go])
        duals[:rows][self._balance] = np.where(np.isfinite(least), least, 0.0)
        bound, reduced = counted(whole, cost, duals)
        return Answer(Outcome.OPTIMAL, None, bound, bound, reduced, duals)


def _alike(kind: Array, place: Array, to: Array, home: Array) -> Array:
    """The pool of each kind. Schools are dealt into lots; kinds with the same places in all lots but two, their own
    schools being in these, are alike."""
    rng = np.random.default_rng(0)
    lot = rng.integers(0, PARTS, int(max(to.max(initial=0), home.max(initial=0))) + 1)
    draw = rng.integers(0, 2**63, int(place.max(initial=0)) + 1, dtype=np.uint64)
    told = np.zeros((PARTS, len(home)), dtype=np.uint64)
    np.add.at(told, (lot[to], kind), draw[place])  # sums of whole numbers: the same places, the same sum
    links: list[tuple[Array, Array]] = []
    count = len(home)
    for left_out in combinations(range(PARTS), 2):
        kinds = np.flatnonzero(np.isin(lot[home], left_out))
        number = _numbered(*(told[each][kinds] for each in range(PARTS) if each not in left_out))
        links.append((kinds, count + number))
        count += int(number.max(initial=-1)) + 1
    left, right = (np.concatenate(each) for each in zip(*links, strict=True))
    graph = sp.coo_matrix((np.ones(len(left)), (left, right)), shape=(count, count))
    found = connected_components(graph, directed=False)[1][: len(home)].astype(np.int64)
    few = np.bincount(kind, minlength=len(home)) <= FEW  # with two lots left out little of these would be told
    found[few] = count + _numbered(*told[:, few])
    return np.asarray(np.unique(found, return_inverse=True)[1])


def _numbered(*keys: Array) -> Array:
    """A number for each entry, the same where all keys are."""
    order = np.lexsort(keys)
    new = np.ones(len(order), bool)
    new[1:] = np.logical_or.reduce([key[order][1:] != key[order][:-1] for key in keys])
    told = np.empty(len(order), dtype=np.int64)
    told[order] = np.cumsum(new) - 1
    return told
