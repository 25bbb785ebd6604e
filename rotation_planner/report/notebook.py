"""What an outcome looks like in a notebook: lists that anybody at the bureau may see over a shoulder, and its pictures.

Reasons are those that a principal may read (see `Reasons`): nothing on health, family or sanctions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rotation_planner.data.showing import Page
from rotation_planner.plan.showing import as_html, goals_frame, listed, worded
from rotation_planner.report.public_list import position_words
from rotation_planner.report.reasons import Reasons
from rotation_planner.report.turnover import Turnover
from rotation_planner.words import language, say

if TYPE_CHECKING:
    from rotation_planner.report.charts.writing import Draw, Picture

DOTS_PER_INCH = 100  # for the screen; half of what print gets


def outcome_html(heading: str, turnover: Turnover) -> str:
    """A plan that was just made: its goals in the policy's words, who moves, who stays though a rule speaks of them."""
    words = {level.id: level.words[language()] for level in turnover.policy.goals}
    lists = Lists(turnover)
    return as_html(
        heading,
        {
            say("report.goals"): goals_frame(turnover.plan.objectives, words),
            say("showing.moves"): lists.moves(),
            say("showing.stays"): lists.stays(),
        },
    )


class Lists:
    """Who moves and who stays, under headings, with reasons that a principal may read."""

    def __init__(self, turnover: Turnover) -> None:
        self.turnover = turnover
        self._reasons = Reasons(turnover)
        self._schools: list[str] = turnover.district.schools["name"].tolist()

    def name(self, school: int) -> str:
        """The name of the school at this row position."""
        return self._schools[school]

    def moves(self, *, source: int | None = None, target: int | None = None) -> pd.DataFrame:
        """The moves, those of one school left or entered (row position) where given."""
        rows = self.turnover.moves
        if source is not None:
            rows = rows[(rows["source"] == source) & (rows["target"] != source)]
        if target is not None:
            rows = rows[(rows["target"] == target) & (rows["source"] != target)]
        return self._told(rows, drop=[] if source is None and target is None else [self._own(source)])

    def inside(self, school: int) -> pd.DataFrame:
        """The moves from one department of a school to another."""
        rows = self.turnover.moves
        return self._told(rows[(rows["source"] == school) & (rows["target"] == school)], drop=["from_school"])

    @staticmethod
    def _own(source: int | None) -> str:
        return "to_school" if source is None else "from_school"

    def _told(self, rows: pd.DataFrame, drop: list[str]) -> pd.DataFrame:
        reasons = self._reasons
        frame = pd.DataFrame(
            {
                "name": rows["name"],
                "position": [position_words(*each) for each in zip(rows["to_position"], rows["subject"], strict=True)],
                "subject": rows["subject"],
                "from_school": self._places(rows, "source", "from_department"),
                "to_school": self._places(rows, "target", "to_department"),
                "mode": [self.turnover.mode_words(each) for each in rows["mode"]],
                "until": [each or say("report.for_good") for each in rows["until"]],
                "why_goes": [reasons.going(int(each))[0] for each in rows["person"]],
            }
        )
        blank = [name for name in ("position", "subject") if not frame[name].astype(bool).any()]
        return worded(frame.drop(columns=[*drop, *blank]), "report_column")

    def _places(self, rows: pd.DataFrame, side: str, department: str) -> list[str]:
        return [
            say("book.department", school=self._schools[place], department=inside) if inside else self._schools[place]
            for place, inside in zip(rows[side], rows[department].fillna(""), strict=True)
        ]

    def stays(self, school: int | None = None) -> pd.DataFrame:
        """Who meets a must-go rule and stays; only those of one school (row position) where given."""
        turnover, rows = self.turnover, self.turnover.plan.deferred
        person = rows["staff_id"].map(turnover.district.staff_pos)
        known = person.notna().to_numpy(bool)
        rows, people = rows[known], person[known].to_numpy(np.int64)
        places = turnover.school_before[people]
        chosen = np.ones(len(people), bool) if school is None else places == school
        frame = pd.DataFrame(
            {
                "name": rows["name"].to_numpy()[chosen],
                "school": [self._schools[each] for each in places[chosen]],
                "subject": turnover.of_people("subject")[people[chosen]],
                "why_stays": [
                    self._reasons.staying(int(each), why)
                    for each, why in zip(people[chosen], rows["why"].to_numpy()[chosen], strict=True)
                ],
            }
        )
        return worded(frame if school is None else frame.drop(columns="school"), "report_column")


def school_page(turnover: Turnover, school: str) -> Page:
    """Who leaves, arrives and stays at the school of this code or name, and its subjects afterwards.

    Raises:
        KeyError: no school has this code or name.
    """
    from rotation_planner.report.school_cover import room_sentence

    schools = turnover.district.schools
    found = schools.index[(schools["school_id"] == school) | (schools["name"] == school)]
    if not len(found):
        raise KeyError(say("showing.unknown_school", value=school))
    place = int(found[0])
    lists = Lists(turnover)
    leaves, arrives, stays = lists.moves(source=place), lists.moves(target=place), lists.stays(place)
    room = room_sentence(int(turnover.headcount[1][place]), turnover.of_schools("headcount_limit")[place])
    flow = say("report.flow", out=len(leaves), into=len(arrives), stay=len(stays))
    table = turnover.subjects[turnover.subjects["school"] == place]
    subjects = pd.DataFrame(
        {
            "stage": [listed("stage", each) for each in table["stage"]],
            "subject": table["subject"],
            "required": table["required"],
            "before": table["before"],
            "after": table["after"],
        }
    )
    return Page(
        "\n".join((lists.name(place), flow, room)),
        {
            say("showing.leaves"): leaves,
            say("showing.arrives"): arrives.iloc[:, :-1],  # why somebody comes is the sending school's to know
            say("showing.inside"): lists.inside(place),
            say("showing.stays"): stays,
            say("showing.subjects"): worded(subjects, "report_column"),
        },
    )


@dataclass(frozen=True, eq=False)
class Gallery(Mapping[str, "Picture"]):
    """The pictures of a plan by name, each drawn when it is asked for."""

    turnover: Turnover

    @cached_property
    def _planned(self) -> dict[str, tuple[float, float, tuple[Draw, ...]]]:
        from rotation_planner.report.charts.writing import planned

        return {name: (width, height, draws) for name, width, height, draws in planned(self.turnover)}

    def __getitem__(self, name: str) -> Picture:
        from rotation_planner.report.charts.writing import picture

        if name not in self._planned:
            names = say("policy.list_separator").join(self._planned)
            raise KeyError(say("showing.unknown_picture", value=name, names=names))
        width, height, draws = self._planned[name]
        return picture(name, width, height, *draws, dots=DOTS_PER_INCH)

    def __iter__(self) -> Iterator[str]:
        return iter(self._planned)

    def __len__(self) -> int:
        return len(self._planned)

    def __repr__(self) -> str:
        return say("policy.list_separator").join(self)

    def _repr_html_(self) -> str:
        rows = [(name, say(f"showing_picture.{name.partition('-')[0]}")) for name in self]
        heads = [say("showing.picture"), say("showing.about")]
        return as_html(say("showing.pictures", name=next(iter(self), "")), {" ": pd.DataFrame(rows, columns=heads)})
