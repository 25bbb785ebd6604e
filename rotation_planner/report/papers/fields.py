"""What each paper may say: the fields of its template, with their values for every person and school of a plan.

A field holds a finished text in the reader's language, a yes or no, or a list of records. Nothing enters here that the
paper's reader may not know: no reason, no deferral, nothing of health, family, points or sanctions.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from rotation_planner.data.papers import PaperSettings
from rotation_planner.policy.policy import Policy
from rotation_planner.report.papers.deadlines import Deadlines
from rotation_planner.report.public_list import places, position_words, public_records
from rotation_planner.report.sheets import listed
from rotation_planner.report.turnover import LEADERS, Turnover
from rotation_planner.words import LANGUAGES, language, say, speaking

NOTICE, LETTER, RECEPTION = "notice", "letter", "reception"
KINDS = (NOTICE, LETTER, RECEPTION)
DAY_FIELDS = ("reply_by", "notice_from", "notice_to", "issued_on", "report_to_by", "starts_on", "confirm_by")
Fields = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Matter:
    """What all papers of one plan have in common."""

    turnover: Turnover
    title: str
    settings: PaperSettings
    deadlines: Deadlines

    @property
    def issuer(self) -> str:
        """Who signs: as the scenario says, else the office, or the bureau of the place, that the
        title begins with, else blank."""
        if self.settings.issuer:
            return self.settings.issuer
        # A Chinese title stays Chinese where the papers are English.
        for lang in sorted(LANGUAGES, key=lambda each: each != language()):
            with speaking(lang):
                if found := re.match(say("papers.issuer_itself"), self.title):
                    return found[1]
                if found := re.match(say("papers.issuer_place"), self.title):
                    return say("papers.issuer_of", place=found[1])
        return ""

    @property
    def common(self) -> Fields:
        """The fields that every paper has."""
        days = {name: day_text(getattr(self.deadlines, name)) for name in DAY_FIELDS}
        asked = {name: getattr(self.settings, name) for name in ("contact", "phone", "email", "address")}
        return {
            "title": self.title,
            "issuer": self.issuer,
            "basis": basis_text(self.settings, self.turnover.policy),
            **days,
            "notice_days": self.deadlines.notice_days,
            **asked,
            "can_ask": any(asked.values()),
        }

    # ---- each paper --------------------------------------------------------------------------------------------------

    def notice(self) -> Fields:
        """The public notice: the seven columns that the public may read, and nothing more of anybody."""
        names = ("number", "name", "from_school", "to_school", "position", "subject", "mode")
        people = [dict(zip(names, record, strict=True)) for record in public_records(self.turnover)]
        # The notice is dated on the day it is put up.
        return {
            **self.common, "issued_on": day_text(self.deadlines.notice_from), "count": len(people), "people": people,
        }  # fmt: skip

    def letters(self) -> list[tuple[str, str, Fields]]:
        """One letter a mover: staff_id, name and fields, by the order of the schools left."""
        common, found = self.common, []
        for number, move in enumerate(self._moves(), 1):
            document = self.settings.number.replace("{n}", str(number))
            found.append((move["staff_id"], move["name"], {**common, "number": document, **move}))
        return found

    def receptions(self) -> list[tuple[int, Fields]]:
        """One letter a receiving school: its row position and fields."""
        common, by_school = self.common, dict[int, list[Fields]]()
        for move in self._moves():
            by_school.setdefault(move["target"], []).append(move)
        schools: list[str] = self.turnover.district.schools["name"].tolist()
        found = []
        for school in sorted(by_school):
            people = [{**move, "number": number} for number, move in enumerate(by_school[school], 1)]
            found.append((school, {**common, "school": schools[school], "count": len(people), "people": people}))
        return found

    def _moves(self) -> list[Fields]:
        """Every move as a letter may tell it to the person and to the school that receives the person."""
        turnover = self.turnover
        schools: list[str] = turnover.district.schools["name"].tolist()
        names: list[str] = turnover.district.staff["name"].tolist()
        moves = turnover.moves
        left, entered = places(turnover)
        found = []
        for at, move in enumerate(moves.to_dict("records")):
            from_school, to_school = schools[move["source"]], schools[move["target"]]
            position = position_words(move["to_position"], move["subject"])
            stage = listed("stage", move["stage"])
            file = move["personnel_file_moves"] == "yes"
            told = {"stage": stage, "subject": move["subject"], "position": position}
            found.append(
                {
                    "target": move["target"],
                    "staff_id": move["staff_id"],
                    "name": names[move["person"]],
                    "from_school": from_school,
                    "to_school": to_school,
                    "from_place": left[at],
                    "to_place": entered[at],
                    "copies": say("papers.copies_separator").join(dict.fromkeys((from_school, to_school))),
                    **told,
                    "work": _work(**told),
                    "teaches": say("papers.teaches", **told) if move["subject"] else "",
                    "mode": turnover.mode_words(move["mode"]),
                    "file_moves": file,
                    "file": say("papers.file_moves" if file else "papers.file_stays"),
                    "until": until_of(move["until"]),
                    "leads": move["to_position"] in LEADERS,
                }
            )
        return found


def _work(stage: str, subject: str, position: str) -> str:
    """Subject and position as a clause, blank where there is neither."""
    if not subject and not position:
        return ""
    return say("papers.work_teaching" if subject else "papers.work", stage=stage, subject=subject, position=position)


def day_text(day: dt.date) -> str:
    """A day as the paper's language writes it."""
    return say("report.date", day=day)


def until_of(until: str) -> str:
    """The end of a move as a letter writes it, blank where it has none."""
    try:
        return day_text(dt.date.fromisoformat(until))
    except ValueError:
        return until


def basis_text(settings: PaperSettings, policy: Policy) -> str:
    """The documents that the papers refer to, in the marks that titles stand in; else the policy's own title."""
    if not settings.basis:
        return say("papers.basis_policy", title=policy.title[language()])
    left = say("papers.basis_title", title="")[0]
    titles = [
        each if each.startswith((left, '"')) else say("papers.basis_title", title=each) for each in settings.basis
    ]
    return say("papers.basis_separator").join(titles)


def sample(kind: str) -> Fields:
    """Values to try a template of this kind on; their keys are all the fields that it may use."""
    hostile = "<&\"'>{{ x }}"
    common: Fields = dict.fromkeys(
        ("title", "issuer", "basis", *DAY_FIELDS, "contact", "phone", "email", "address"), hostile
    )
    common |= {"notice_days": 5, "can_ask": True}
    names = ("staff_id", "name", "from_school", "to_school", "from_place", "to_place", "stage", "subject", "position")
    person: Fields = dict.fromkeys((*names, "copies", "work", "teaches", "mode", "file", "until"), hostile)
    person |= {"file_moves": True, "leads": True}
    if kind == LETTER:
        return {**common, "number": hostile, **person}
    if kind == RECEPTION:
        return {**common, "school": hostile, "count": 1, "people": [{"number": 1, **person}]}
    row = dict.fromkeys(("name", "from_school", "to_school", "position", "subject", "mode"), hostile)
    return {**common, "count": 1, "people": [{"number": 1, **row}]}
