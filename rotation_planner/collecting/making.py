"""From a folder of what schools handed in to one scenario, or to what has to be repaired first."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rotation_planner.collecting.collected import Collected, sorted_problems
from rotation_planner.collecting.doubts import Doubt, Ground
from rotation_planner.collecting.handed import gather
from rotation_planner.collecting.people import between_people
from rotation_planner.collecting.pool import Pool
from rotation_planner.collecting.rows import between_rows, foreign_rows
from rotation_planner.collecting.schools import between_schools, missing_schools
from rotation_planner.collecting.settling import settle
from rotation_planner.collecting.since import Changed, Since, last_rows
from rotation_planner.collecting.weighing import Weight, weighed
from rotation_planner.data import schema
from rotation_planner.data.check import check_district
from rotation_planner.data.dates import add_years
from rotation_planner.data.district import District
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.plan.files import read_plan
from rotation_planner.plan.plan import Plan
from rotation_planner.policy.fitting import named_columns, unknown_fields
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.reading import packs, policy_path, read_policy
from rotation_planner.run.scenario import Scenario, asked_for, load_scenario
from rotation_planner.words import say

# Told as doubts, or of a school, where the other row stands in another file.
TOLD_AS_DOUBTS = ("id_twice", "person_twice", "kin_differs", "appraisal_twice", "demand_twice", "kin_twice")
PRINCIPALS = ("position_two_principals", "posts_over")


def collect(
    folder: Path | str,
    *,
    last: Scenario | Path | str | None = None,
    plan: Plan | Path | str | None = None,
    policy: Path | str | None = None,
    schools: Path | str | None = None,
    settled: Mapping[str, int] | None = None,
    as_of: dt.date | None = None,
    title: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Collected:
    """Puts together what schools handed in below ``folder``: workbooks and folders of CSV files of any name.

    Args:
        last: the scenario of the year before, its rosters being compared with this year's; policy, changes to its
            rules, settings of the search and measured distances are taken over where nothing else is given.
        plan: the plan of the year before: moves that it ordered are no doubts, moves that it ordered in vain are.
        policy: a pack, or the file of one, under which people's standing is judged.
        schools: the bureau's workbook: register of schools, pins, distances.
        settled: decisions, by the doubt's id the number of the reading that holds, counted from 1.
        as_of: the day to which ages and services are counted; a year after the last scenario's where not given.
        title: of the scenario.
        progress: called with doubts weighed and doubts in all.

    Raises:
        InputError: there is nothing to read, or ``last``, ``plan`` or ``policy`` cannot be used. What is wrong with
            single files is no error here but in the result.
    """
    folder = Path(folder)
    before = load_scenario(last) if isinstance(last, (str, Path)) else last
    ordered = read_plan(plan) if isinstance(plan, (str, Path)) else plan
    rules, name, path, adjust = _policy(before, None if policy is None else str(policy))
    day = as_of or (add_years(before.file.as_of, 1) if before is not None else None)
    if day is None:
        raise InputError([Problem(Severity.ERROR, "collect_no_day", "--as-of")])
    handed, aside = gather(folder, None if schools is None else Path(schools))
    heard = {school for each in handed if "staff" in each.frames for school in each.schools}
    told = {who for each in handed if "staff" in each.frames for who in each.frames["staff"]["staff_id"]}
    past = before.district if before is not None else None
    pool = Pool.of(day, handed, None if past is None else last_rows(past, told, heard))
    moves = None if ordered is None else _moves(ordered)
    ground = Ground(pool, past, moves)
    doubts = [*between_schools(ground), *between_people(ground), *between_rows(ground)]
    problems = [*aside, *(p for each in handed for p in each.problems)]
    changes: tuple[Changed, ...] = ()
    if past is not None:
        since = Since(ground, past)
        doubts += since.doubts
        changes = tuple(since.changes)
        problems += _left_relatives(ground, past, told)
    open_doubts, decided, wrong = settle(pool, doubts, settled or {})
    problems += wrong
    problems += [*missing_schools(ground, folder.name or str(folder)), *foreign_rows(ground)]
    problems += _checked(ground, past, open_doubts)
    notes = [] if past is None or ordered is not None else [say("collect.no_plan")]
    frames = pool.tables()
    if past is not None and not len(frames["distances"]) and len(past.distances):
        known = set(frames["schools"]["school_id"])
        both = past.distances["from_school"].isin(known) & past.distances["to_school"].isin(known)
        frames["distances"] = past.distances[both].reset_index(drop=True)
        notes.append(say("collect.distances_taken"))
    district = District(day, **frames)
    unfit = list(unknown_fields(rules, path, district))
    named = named_columns(rules)
    problems = [each for each in problems if not asked_for(each, named)] + unfit
    pairs = [(doubt, Weight(None)) for doubt in open_doubts]
    if unfit:
        notes.append(say("collect.not_weighed"))
    elif open_doubts:
        draw = before.file.solve.draw if before is not None else None
        pairs = weighed(pool, rules, open_doubts, draw, progress)
        uncounted = sum(weight.people is None for _, weight in pairs)
        if uncounted:
            notes.append(say("collect.too_many_doubts", count=uncounted))
    errors = any(p.severity is Severity.ERROR for p in problems)
    usable = not errors and not any(doubt.blocking for doubt in open_doubts)
    return Collected(
        _title(title, before, folder, day), day, name, tuple(handed), ground, rules, district if usable else None,
        sorted_problems(problems), tuple(pairs), tuple(decided), changes, tuple(notes),
        {"policy_path": path, "adjust": adjust, "solve": before.file.solve if before is not None else None},
    )  # fmt: skip


def _policy(before: Scenario | None, wanted: str | None) -> tuple[Policy, str, Path, Mapping[str, Any]]:
    """The policy, its name for the scenario file, its file, and the changes to its rules."""
    if wanted is not None:
        path = policy_path(wanted)
        same = before is not None and path.resolve() == policy_path(before.file.policy, before.file.folder).resolve()
        adjust = dict(before.changes) if before is not None and same else {}
        return read_policy(wanted, adjust=adjust), wanted if wanted in packs() else path.name, path, adjust
    if before is None:
        raise InputError([Problem(Severity.ERROR, "collect_no_policy", "--policy")])
    path = policy_path(before.file.policy, before.file.folder)
    return before.policy, before.file.policy if before.file.policy in packs() else path.name, path, dict(before.changes)


def _moves(plan: Plan) -> dict[str, str]:
    """Where the plan sends people for good or for a time; who only lends some hours stays on the roster."""
    rows = plan.transfers
    rows = rows[rows["mode"] != "part_time"]
    return dict(zip(rows["staff_id"].astype(str), rows["to_school_id"].astype(str), strict=True))


def _title(wanted: str | None, before: Scenario | None, folder: Path, day: dt.date) -> str:
    if wanted:
        return wanted
    if before is None:
        return say("collect.title", name=folder.resolve().name, year=day.year)
    return re.sub(rf"(?<!\d){before.file.as_of.year}(?!\d)", str(day.year), before.title)


def _left_relatives(ground: Ground, last: District, told: set[str]) -> list[Problem]:
    """Rows on relatives who were on last year's roster and are on none now stop counting: who went is no longer kin to
    anybody's rotation."""
    pool, kin = ground.pool, ground.pool.counting("relatives")
    gone = {each for each in last.staff_pos if each not in told} & set(kin["relative_id"])
    found = []
    for at in kin.index[kin["relative_id"].isin(gone)].tolist():
        school = str(last.staff["school_id"].iat[last.staff_pos[str(kin["relative_id"][at])]])
        number = ground.speaking.get(school)
        if number is None or not pool.handed[number].read:
            continue
        pool.drop("relatives", [at])
        file, row, name = pool.place("relatives", at, "relative_id")
        found.append(Problem(Severity.NOTE, "collect_relative_left", file, row, name, str(kin["relative_id"][at])))
    return found


def _checked(ground: Ground, last: District | None, doubts: list[Doubt]) -> list[Problem]:
    """What the checks between tables find, each told of the file that the row stands in."""
    pool = ground.pool
    known = pool.pool_problems()
    found = []
    unheard = _unheard(ground, last)
    doubted = {doubt.about[0] for doubt in doubts if doubt.code == "principal_twice"}
    for each in check_district(District(pool.as_of, **pool.tables()), (), known):
        key = each.file
        if each.code in ("unknown_staff", "unknown_school") and each.value in unheard:
            continue  # of a school that is missed, which is told once
        school = "" if each.row is None or key != "schools" else str(pool.frames[key]["school_id"].iat[each.row - 2])
        if each.code == "school_without_staff" and school not in ground.speaking:
            continue  # of a school that is missed, too
        principals = each.code in PRINCIPALS and each.row is not None and _principal(each)
        if principals and school in doubted:
            continue
        own = pool.own_problem(each, key)
        if own is not None and each.row is None:
            own = dataclasses.replace(own, file=say("collect.table", name=schema.table(key).name, key=key))
        if own is None and each.code not in TOLD_AS_DOUBTS and each.row is not None:
            own = _repeated(pool, each, key)
        if own is not None:
            found.append(own)
    return found


def _principal(problem: Problem) -> bool:
    return problem.code != "posts_over" or problem.column == schema.table("schools")["principal_posts"].heading


def _unheard(ground: Ground, last: District | None) -> set[str]:
    """Codes of schools that handed in nothing readable, and of their people, as far as last year tells."""
    if last is None:
        return set()
    read = {s for s, number in ground.speaking.items() if "staff" in ground.pool.handed[number].frames}
    schools = {code for code in last.school_pos if code not in read}
    return schools | set(last.staff["staff_id"][last.staff["school_id"].isin(schools)])


def _repeated(pool: Pool, problem: Problem, key: str) -> Problem:
    """A row that goes against one of another file."""
    other = int(problem.values["first"]) - 2
    file, row, _ = pool.place(key, other)
    at = int(problem.row or 2) - 2
    column = next((c.key for c in schema.table(key).columns if c.heading == problem.column), None)
    here = pool.place(key, at, column)
    values = {"place": say("collect.place", file=file, row=row), "other": problem.values.get("other", "")}
    code = "collect_label_variants" if problem.code == "label_variants" else "collect_repeated"
    return Problem(problem.severity, code, here[0], here[1], here[2], problem.value, values)
