"""The people of the bureau's workbook: the master list of moves, deferrals, standings, records, who becomes due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from rotation_planner.data.dates import completed_years
from rotation_planner.policy.kinds import Duty
from rotation_planner.report.forecast import becoming_due
from rotation_planner.report.reasons import Reasons, named, until_text, without_code
from rotation_planner.report.sheets import Column, listed
from rotation_planner.report.turnover import Array, Turnover
from rotation_planner.words import has, say

Record = tuple[Any, ...]
MOVES = (
    Column("number", "whole"), Column("staff_id"), Column("name"), Column("from_school", width=18),
    Column("to_school", width=18), Column("position"), Column("teaches", width=12), Column("title"),
    Column("backbone"), Column("mode"), Column("file_moves"), Column("until", "date"), Column("way"),
    Column("km", "decimal"), Column("wish"), Column("gains", "wrap", 22), Column("reason", "wrap", 34),
)  # fmt: skip
DEPARTMENTS = (Column("from_department", width=14), Column("to_department", width=14))
DEFERRED = (
    Column("number", "whole"), Column("staff_id"), Column("name"), Column("school"), Column("position"),
    Column("subject"), Column("years_here", "whole"), Column("rules", "wrap", 22), Column("why_stays", "wrap", 40),
    Column("exemption", "wrap", 34),
)  # fmt: skip
STANDING = (
    Column("staff_id"), Column("name"), Column("school", width=18), Column("sex"), Column("age", "whole"),
    Column("position"), Column("teaches", width=12), Column("years_here", "whole"), Column("years_in_post", "whole"),
    Column("duties", "wrap", 22), Column("standing"), Column("due"), Column("exemption", "wrap", 26),
    Column("outcome", "wrap", 32),
)  # fmt: skip
RECORDS = (
    Column("number", "whole"), Column("staff_id"), Column("name"), Column("rotation_kind", width=26),
    Column("relation_moves"), Column("from_month"), Column("to_month"), Column("former_unit", width=24),
    Column("receiving_unit", width=24), Column("to_position"), Column("teaches", width=16),
)  # fmt: skip
COMING = (
    Column("due_year"), Column("school", width=22), Column("staff_id"), Column("name"), Column("position"),
    Column("teaches", width=16), Column("title"), Column("backbone"), Column("age_then", "whole"),
    Column("years_then", "whole"), Column("rule", "wrap", 28), Column("how", "wrap", 30),
)  # fmt: skip
# Ways of a move to the kinds of exchange that teacher records list.
KIND_BY_MODE = {"part_time": "part_time"}


class PeopleTables:
    """The records of the tables of people, in the language in force."""

    def __init__(self, turnover: Turnover, starts_on: dt.date | None = None) -> None:
        self.turnover = turnover
        self.starts_on = starts_on or turnover.district.as_of + dt.timedelta(days=1)
        self.reasons = Reasons(turnover)
        self.staff = turnover.district.staff
        self.schools: list[str] = turnover.district.schools["name"].tolist()

    @cached_property
    def names(self) -> list[str]:
        """The name of each person."""
        return self.staff["name"].tolist()

    def teaches(self, stage: str, subject: str) -> str:
        """Stage and subject in one."""
        return say("report.subject_whole", stage=listed("stage", stage), subject=subject).strip()

    def _way(self, number: int, move: Mapping[Any, Any]) -> str:
        """How far a move goes, and whether it stays inside its school."""
        return "inside" if move["source"] == move["target"] else self.turnover.ways[number]

    def _years(self, column: str) -> Array:
        facts = self.turnover.standing.facts
        return np.asarray(completed_years(facts.of_people(column), facts.as_of))

    # ---- this year ---------------------------------------------------------------------------------------------------

    @cached_property
    def with_departments(self) -> bool:
        """Whether any move names the departments left and entered."""
        moves = self.turnover.moves
        return any((moves[c] != "").any() for c in ("from_department", "to_department") if c in moves)

    @property
    def move_columns(self) -> tuple[Column, ...]:
        """The columns of the master list; departments only where a move names one."""
        return (*MOVES[:5], *DEPARTMENTS, *MOVES[5:]) if self.with_departments else MOVES

    def moves(self) -> Iterator[Record]:
        """The master list: every move with everything that the bureau needs of it."""
        turnover = self.turnover
        applied = set(turnover.district.applications["staff_id"])
        title, backbone = turnover.of_people("title"), turnover.of_people("backbone")
        for number, move in enumerate(turnover.moves.to_dict("records")):
            person, rank = move["person"], turnover.wish[number]
            wish = listed("wish", "none" if move["staff_id"] not in applied else "unmet")
            gains = [say("report.gain", text=text, years=years) for text, years in turnover.gains[number]]
            departments = (move.get("from_department", ""), move.get("to_department", ""))
            yield (
                number + 1, move["staff_id"], self.names[person], self.schools[move["source"]],
                self.schools[move["target"]], *(departments if self.with_departments else ()),
                listed("position", move["to_position"]), self.teaches(move["stage"], move["subject"]),
                listed("title", title[person]), listed("backbone", backbone[person]), turnover.mode_words(move["mode"]),
                listed("file", move["personnel_file_moves"]), until_text(move["until"]),
                listed("way", self._way(number, move)), turnover.kilometres[number],
                say("report.wish_rank", rank=rank) if rank else wish, "\n".join(gains), move["reason"],
            )  # fmt: skip

    def deferred(self) -> Iterator[Record]:
        """Everyone who meets a duty and stays; people whom the roster does not know last of all have no school."""
        turnover = self.turnover
        here = self._years("joined_school")
        position, subject = turnover.of_people("position"), turnover.of_people("subject")
        rows = turnover.plan.deferred
        known = [(turnover.district.staff_pos.get(row[0], -1), row) for row in rows.itertuples(index=False, name=None)]
        known.sort(key=lambda each: (turnover.school_before[each[0]] if each[0] >= 0 else -1, each[1][0]))
        for number, (person, (staff_id, name, school_id, rules, why, *_)) in enumerate(known, 1):
            reason = (named(turnover.policy, rules), without_code(why))
            if person < 0:
                yield (number, staff_id, name, school_id, "", "", None, *reason, "")
                continue
            yield (
                number, staff_id, name, self.schools[turnover.school_before[person]],
                listed("position", position[person]), subject[person], here[person], *reason,
                self.reasons.registered.get(person, ""),
            )  # fmt: skip

    def standing(self) -> Iterator[Record]:
        """Everyone who meets a duty, and everyone else who moves."""
        turnover, standing = self.turnover, self.turnover.standing
        met = turnover.moving.copy()
        for mask in standing.meets.values():
            met |= mask
        columns = {c: turnover.of_people(c) for c in ("staff_id", "name", "sex", "age", "position", "stage", "subject")}
        here, post = self._years("joined_school"), self._years("position_since")
        why = dict(zip(turnover.plan.deferred["staff_id"], turnover.plan.deferred["why"], strict=True))
        duties = [rule.id for rule in turnover.policy.of(Duty)]
        for person in np.flatnonzero(met).tolist():
            said = {c: values[person] for c, values in columns.items()}
            if turnover.moving[person]:
                outcome = say("report.moves_to", school=self.schools[turnover.goes_to[person]])
            elif said["staff_id"] in why:
                outcome = say("report.stays_why", why=without_code(why[said["staff_id"]]))
            else:
                outcome = say("report.stays_here")
            met_duties = ";".join(duty for duty in duties if standing.meets[duty][person])
            yield (
                said["staff_id"], said["name"], self.schools[turnover.school_before[person]],
                listed("sex", said["sex"]), said["age"],
                listed("position", said["position"]), self.teaches(said["stage"], said["subject"]),
                here[person], post[person], named(turnover.policy, met_duties),
                listed("standing", str(standing.stand[person])),
                say("policy.yes") if standing.any_due[person] else "", self.reasons.registered.get(person, ""), outcome,
            )  # fmt: skip

    # ---- for the records, and for the years to come ------------------------------------------------------------------

    def records(self) -> Iterator[Record]:
        """The moves in the shape of the exchange records of teacher record systems."""
        turnover = self.turnover
        for number, move in enumerate(turnover.moves.to_dict("records")):
            file = move["personnel_file_moves"]
            yield (
                number + 1, move["staff_id"], self.names[move["person"]],
                rotation_kind(turnover, move, self._way(number, move)),
                say("book.yes") if file == "yes" else say("book.no") if file == "no" else file,
                f"{self.starts_on:%Y-%m}", _month(move["until"]), self.schools[move["source"]],
                self.schools[move["target"]], listed("position", move["to_position"]),
                self.teaches(move["stage"], move["subject"]),
            )  # fmt: skip

    def coming(self) -> Iterator[Record]:
        """Who becomes due in the next three years."""
        turnover = self.turnover
        table = becoming_due(turnover)
        said = {c: turnover.of_people(c) for c in ("staff_id", "title", "backbone", "birth_date", "joined_school")}
        joined = said["joined_school"].copy()
        moves = turnover.counted_moves
        moved = moves[moves["source"] != moves["target"]]["person"].to_numpy(np.int64)
        joined[moved] = np.datetime64(turnover.district.as_of, "D") + 1
        days = {day: np.datetime64(day, "D") for day in table["day"].unique()}
        ages, served = (
            {day: completed_years(each, when) for day, when in days.items()} for each in (said["birth_date"], joined)
        )
        for person, school, year, day, rule, how in table.itertuples(index=False, name=None):
            age, here = ages[day][person], served[day][person]
            yield (
                say("book.due_year", year=day.year, after=year), self.schools[school], said["staff_id"][person],
                self.names[person], listed("position", turnover.position_after[person]),
                self.teaches(turnover.stage_after[person], turnover.subject_after[person]),
                listed("title", said["title"][person]), listed("backbone", said["backbone"][person]),
                age, here, named(turnover.policy, rule), say("book_how." + how),
            )  # fmt: skip


def rotation_kind(turnover: Turnover, move: Mapping[Any, Any], way: str) -> str:
    """The kind of exchange as teacher records list it; reckoned from the way of moving and the two schools."""
    mode = str(move["mode"])
    if mode in KIND_BY_MODE:
        return say("book_kind." + KIND_BY_MODE[mode])
    return say("book_kind." + way) if has("book_kind." + way) else turnover.mode_words(mode)


def _month(until: str) -> str:
    """The month of the end of a move; blank where it has none."""
    try:
        return f"{dt.date.fromisoformat(until):%Y-%m}"
    except ValueError:
        return until
