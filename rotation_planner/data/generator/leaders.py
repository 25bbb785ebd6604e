"""The leaders' part of the planted plan: principals and deputies change places in pairs."""

from __future__ import annotations

import datetime as dt

import numpy as np

from rotation_planner.data.dates import completed_years, retirement_date
from rotation_planner.data.generator.arrays import Flags, Ints, Rng
from rotation_planner.data.generator.assumptions import QUALITY, Assumptions
from rotation_planner.data.generator.careers import first_of, full_years, school_year, shorten
from rotation_planner.data.generator.ledger import Ledger
from rotation_planner.data.generator.people import DEPUTY, PRINCIPAL, People


def leaders_due(ledger: Ledger, as_of: dt.date, given: Assumptions) -> Flags:
    """Leaders with three terms behind them in one school, near retirement or not."""
    people = ledger.people
    leads = np.isin(people.position, (PRINCIPAL, DEPUTY)) & ledger.ground.in_scope[people.school]
    later = np.maximum(people.joined, people.since)
    return leads & (full_years(later, as_of) >= 3 * given.term_years)


def plant_leaders(rng: Rng, ledger: Ledger, held: Flags, as_of: dt.date, given: Assumptions) -> None:
    """Swaps at least the asked share of the principals and deputies due; others lose years in post if need be."""
    people, ground = ledger.people, ledger.ground
    sexes = np.where(people.woman, "F", "M")
    far = np.nan_to_num(completed_years(np.datetime64(as_of), retirement_date(people.birth, sexes))) > given.term_years
    within = (ground.staff <= ground.limit) & ground.in_scope
    able = far & ~held & within[people.school]
    # An awarded leader of a general or weak school counts as one who goes out of it: such leaders are left alone.
    low = ground.layout.tier[people.school] != QUALITY
    able &= ~(low & (people.backbone >= 0))
    if len(ground.staff) >= 10:
        for position in (PRINCIPAL, DEPUTY):
            _at_least_one_pair(rng, ledger, able & (people.position == position) & ~people.full_time, as_of, given)
    busy: set[int] = set()
    for position in (PRINCIPAL, DEPUTY):
        of_position = people.position == position
        due = leaders_due(ledger, as_of, given) & of_position
        ready = rng.permutation(np.flatnonzero(due & able & ~people.full_time))
        asked = -(-int(due.sum()) * given.share_leaders // 100)
        moved = _swap_pairs(ledger, ready, asked, busy)
        most = moved * 100 // given.share_leaders
        stay = np.flatnonzero(due & (ledger.to < 0))
        if int(due.sum()) > most:
            _shorten_term(people, stay[: int(due.sum()) - most], as_of)


def _fit(ledger: Ledger, one: int, other: int) -> bool:
    """Each finds the own stage and subject in the other's school."""
    people, required = ledger.people, ledger.rows.required
    a, b = people.school[one], people.school[other]
    return bool(a != b and required[b, people.course[one]] > 0 and required[a, people.course[other]] > 0)


def _swap_pairs(ledger: Ledger, ready: Ints, asked: int, busy: set[int]) -> int:
    people = ledger.people
    moved = 0
    waiting = [int(p) for p in ready if int(people.school[p]) not in busy]
    while waiting and moved < asked:
        one = waiting.pop(0)
        for other in waiting:
            if _fit(ledger, one, other):
                waiting.remove(other)
                a, b = int(people.school[one]), int(people.school[other])
                ledger.move(one, b)
                ledger.move(other, a)
                busy |= {a, b}  # never the principal and a deputy of one school in one year
                moved += 2
                waiting = [p for p in waiting if int(people.school[p]) not in busy]
                break
    return moved


def _at_least_one_pair(rng: Rng, ledger: Ledger, able: Flags, as_of: dt.date, given: Assumptions) -> None:
    """Two who can change places have been in post for three terms and a year."""
    people = ledger.people
    candidates = rng.permutation(np.flatnonzero(able & (full_years(people.hired, as_of) >= 18)))
    for i, one in enumerate(candidates):
        for other in candidates[:i]:
            if _fit(ledger, int(one), int(other)):
                pair = np.array([one, other])
                came = first_of(np.full(2, school_year(as_of) - 3 * given.term_years - 1), 9)
                people.since[pair] = np.minimum(people.since[pair], came)
                people.joined[pair] = np.minimum(people.joined[pair], came)
                return


def _shorten_term(people: People, who: Ints, as_of: dt.date) -> None:
    shorten(people, who, as_of, 6)
