"""A plan that keeps every rule of the dalian pack, planted while the district is drawn, so that one surely exists.

The plan takes the strictest of the readings that the pack leaves open: each school's share of all who have served
nine years within the ages (deferred ones included), only plain teachers and leaders, longest-serving first among
teachers alike, no backbone teacher out of general or weak schools. Where chance has left no way, the data gives way a
little: a subject asks for one teacher less, a school gets one post more, somebody came to the school a year later.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from rotation_planner.data.generator.arrays import Flags, Ints, Rng, between
from rotation_planner.data.generator.assumptions import QUALITY, REMOTE, URBAN, WEAK, Assumptions
from rotation_planner.data.generator.careers import full_years, shorten
from rotation_planner.data.generator.ground import Ground
from rotation_planner.data.generator.leaders import plant_leaders
from rotation_planner.data.generator.ledger import Ledger
from rotation_planner.data.generator.people import CHIEF, MIDDLE_DEPUTY, TEACHER, People
from rotation_planner.data.generator.ranks import INTERMEDIATE, SENIOR
from rotation_planner.data.generator.rows import Rows
from rotation_planner.data.generator.vocabulary import JUNIOR, PRIMARY


@dataclass
class _Task:
    """What the planting works on: the ledger, who is meant by the duty, who stands first among those alike."""

    ledger: Ledger
    people: People
    meets: Flags
    usable: Flags  # meets the duty and has nothing against going
    group: Ints  # of people alike; -1 for those whom the duty does not mean
    line: dict[int, list[int]]  # group -> its people, longest-serving first
    low: Flags  # in a general or weak school
    tie: Ints

    def first_in_line(self, person: int) -> bool:
        """Nobody alike who has served longer would stay."""
        for other in self.line[int(self.group[person])]:
            if other == person:
                return True
            if self.ledger.to[other] < 0:
                return False
        return False

    def ready(self, person: int) -> bool:
        """Could be the next to leave."""
        return bool(self.usable[person]) and self.ledger.may_leave(person) and self.first_in_line(person)


def plant(
    rng: Rng, ground: Ground, people: People, rows: Rows, held: Flags, as_of: dt.date, given: Assumptions
) -> Ledger:
    """Plants the plan and bends what stands against it; ``held`` are people whom the plan leaves where they are."""
    ledger = Ledger(ground, people, rows, given)
    plant_leaders(rng, ledger, held, as_of, given)
    task = _task(rng, ground, people, ledger, held, as_of, given)
    owed = _owed(ground, people, task.meets, given)
    by_school: dict[int, list[int]] = defaultdict(list)
    for person in np.flatnonzero(task.usable):
        by_school[int(people.school[person])].append(int(person))
    by_course: dict[int, list[int]] = defaultdict(list)
    for person in rng.permutation(np.flatnonzero(task.usable)):
        by_course[int(people.course[person])].append(int(person))
    # Schools above their limit can only send, so they choose first.
    over = ground.staff > ground.limit
    for school in np.lexsort((between(rng, 0, 999, len(owed)), ~over)):
        _send(rng, task, int(owed[school]), by_school[int(school)], by_course)
    _more_backbone(rng, task, by_school, by_course, given)
    ledger.complete = _backbone_enough(task, given)
    _count_again(task, ground, as_of, given)
    _title_posts(ground, people, ledger)
    return ledger


def meets_duty(ground: Ground, people: People, as_of: dt.date, given: Assumptions) -> Flags:
    """Teachers whom the duty of nine years means, deferred or not."""
    ages = np.where(people.woman, given.duty_women_until, given.duty_men_until)
    teaches = np.isin(people.position, (TEACHER, CHIEF, MIDDLE_DEPUTY)) & np.isin(people.stage, (PRIMARY, JUNIOR))
    near = ground.in_scope & (ground.layout.location != REMOTE)
    long = full_years(people.joined, as_of) >= given.career_for_long
    return teaches & long & (people.age <= ages) & near[people.school]


def _task(
    rng: Rng, ground: Ground, people: People, ledger: Ledger, held: Flags, as_of: dt.date, given: Assumptions
) -> _Task:
    meets = meets_duty(ground, people, as_of, given)
    meant = np.flatnonzero(meets)
    meant = meant[np.lexsort((people.ids[meant], people.birth[meant], people.hired[meant], people.joined[meant]))]
    group = np.full(len(people), -1)
    numbers: dict[tuple[object, ...], int] = {}
    line: dict[int, list[int]] = defaultdict(list)
    columns = (people.school, people.course, people.position, people.title, people.backbone)
    for person in meant:
        alike = (*(int(c[person]) for c in columns), people.other_subjects[person], people.other_stages[person])
        group[person] = numbers.setdefault(alike, len(numbers))
        line[int(group[person])].append(int(person))
    low = ground.layout.tier[people.school] != QUALITY
    usable = meets & ~held & (people.position == TEACHER) & ~(low & (people.backbone >= 0))
    return _Task(ledger, people, meets, usable, group, line, low, between(rng, 0, 99, len(people)))


def _owed(ground: Ground, people: People, meets: Flags, given: Assumptions) -> Ints:
    """How many each school has to send, rounded up."""
    counts = np.bincount(people.school[meets], minlength=len(ground.staff))
    return -(-counts * _share(ground, given) // 100)


def _share(ground: Ground, given: Assumptions) -> Ints:
    strict = (ground.layout.location == URBAN) | (ground.layout.tier == QUALITY)
    return np.where(strict, given.share_quality, given.share_general)


def _send(rng: Rng, task: _Task, owed: int, own: list[int], by_course: dict[int, list[int]]) -> None:
    """Sends people of one school until it has sent what it owes or nobody can go."""
    people, ledger = task.people, task.ledger
    while sum(ledger.to[p] >= 0 for p in own) < owed:
        ready = [p for p in own if task.ready(p)]
        # From quality schools the awarded first; then where there are too many of the subject.
        ready.sort(
            key=lambda p: (
                -2 * (people.backbone[p] >= 1) - (people.backbone[p] >= 0),
                not ledger.can_do_without(p),
                task.tie[p],
            )
        )
        ways = (_one_way, _swap, _bent)
        if not any(way(rng, task, person, by_course) for way in ways for person in ready):
            return


def _one_way(rng: Rng, task: _Task, person: int, _: dict[int, list[int]]) -> bool:
    ledger = task.ledger
    if not ledger.can_do_without(person):
        return False
    schools = np.flatnonzero(ledger.open_to(person))
    if len(schools) == 0:
        return False
    score = between(rng, 0, 99, len(schools))
    if task.people.backbone[person] >= 0:
        score = score - 1000 * (ledger.ground.layout.tier[schools] != QUALITY)
    ledger.move(person, int(schools[np.argmin(score)]))
    return True


def _swap(rng: Rng, task: _Task, person: int, by_course: dict[int, list[int]]) -> bool:
    """With somebody of the same subject who may go as well; the awarded change places with a school that needs them."""
    people, ledger = task.people, task.ledger
    wants_low = bool(people.backbone[person] >= 0) and not task.low[person]
    for need_low in (True, False) if wants_low else (False,):
        for other in by_course[int(people.course[person])]:
            if (need_low and not task.low[other]) or not ledger.can_swap(person, other):
                continue
            if task.ready(other):
                ledger.move(person, int(people.school[other]))
                ledger.move(other, int(people.school[person]))
                return True
    return False


def _bent(rng: Rng, task: _Task, person: int, by_course: dict[int, list[int]]) -> bool:
    tier = task.ledger.ground.layout.tier
    order = np.lexsort((between(rng, 0, 999, len(tier)), tier == QUALITY))
    return task.ledger.give_way(person, order) and _one_way(rng, task, person, by_course)


def _more_backbone(
    rng: Rng, task: _Task, by_school: dict[int, list[int]], by_course: dict[int, list[int]], given: Assumptions
) -> None:
    """Further awarded teachers out of quality schools until they are enough among all who move."""
    quality = [s for s, own in by_school.items() if own and not task.low[own[0]]]
    turn, spare = 0, list(quality)
    while spare and not _backbone_enough(task, given):
        school = spare[turn % len(spare)]
        ready = [p for p in by_school[school] if task.people.backbone[p] >= 0 and task.ready(p)]
        if any(way(rng, task, p, by_course) for way in (_one_way, _bent) for p in ready):
            turn += 1
        else:
            spare.remove(school)
    # A small district may have too few of them: then some who go have been awarded.
    for person in [p for school in quality for p in by_school[school] if task.ledger.to[p] >= 0]:
        if _backbone_enough(task, given):
            return
        _award(task, person)
    for person in [p for school in quality for p in by_school[school]]:
        if _backbone_enough(task, given):
            return
        if task.ready(person) and any(way(rng, task, person, by_course) for way in (_one_way, _bent)):
            _award(task, person)


def _backbone_enough(task: _Task, given: Assumptions) -> bool:
    people, ledger = task.people, task.ledger
    moving = np.flatnonzero(ledger.to >= 0)
    awarded = people.backbone[moving] >= 0
    down = awarded & ~task.low[moving] & (ledger.ground.layout.tier[ledger.to[moving]] != QUALITY)
    out = awarded & task.low[moving]
    enough = awarded.sum() * 100 >= given.share_backbone * len(moving)
    return bool(enough and (down.sum() > out.sum() or len(moving) == 0))


def _award(task: _Task, person: int) -> None:
    """Gives somebody who goes the first award that nobody alike who stays holds."""
    people = task.people
    alike = task.meets & (task.ledger.to < 0)
    for column in (people.school, people.course, people.title, people.other_subjects, people.other_stages):
        alike &= column == column[person]
    taken = set(people.backbone[alike].tolist())
    free = [level for level in (1, 0, 2) if level not in taken]
    if people.backbone[person] < 0 and free:
        people.backbone[person] = free[0]
        people.backbone_since[person] = people.joined[person] + np.timedelta64(4 * 365, "D")
        task.ledger.changed += 1


def _count_again(task: _Task, ground: Ground, as_of: dt.date, given: Assumptions) -> None:
    """Where a school could not send enough, some of those who stay came later than first drawn.

    Weak schools outside the city owe nothing by the rules: there the long-serving stay as they are.
    """
    people, ledger = task.people, task.ledger
    share = _share(ground, given)
    for school in np.flatnonzero((ground.layout.tier != WEAK) | (ground.layout.location == URBAN)):
        meant = np.flatnonzero(task.meets & (people.school == school))
        sent = int((ledger.to[meant] >= 0).sum())
        most = sent * 100 // int(share[school])
        if len(meant) > most:
            stay = meant[ledger.to[meant] < 0]
            stay = stay[np.argsort(people.joined[stay], kind="stable")][::-1]
            shorten(people, stay[: len(meant) - most], as_of, 7)
            ledger.changed += len(meant) - most


def _title_posts(ground: Ground, people: People, ledger: Ledger) -> None:
    """Posts for those who arrive where there were none."""
    moving = ledger.to >= 0
    after = np.where(moving, ledger.to, people.school)
    schools = len(ground.staff)
    for low, high, posts in (
        (SENIOR, SENIOR + 1, ground.senior_posts),
        (INTERMEDIATE, INTERMEDIATE, ground.intermediate_posts),
    ):
        of_title = (people.title >= low) & (people.title <= high)
        held = np.bincount(after[of_title], minlength=schools)
        arrives = np.bincount(ledger.to[of_title & moving], minlength=schools) > 0
        ledger.changed += int((arrives & (held > posts)).sum())
        posts[arrives] = np.maximum(posts, held)[arrives]
