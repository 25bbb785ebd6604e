"""The district before and after a plan, counted once for every list and chart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from rotation_planner.audit.result import Audit
from rotation_planner.data.district import District
from rotation_planner.data.schema import LED_POSITIONS
from rotation_planner.eligibility.destinations import NO_WAY
from rotation_planner.eligibility.routing import Routing
from rotation_planner.eligibility.standing import Standing
from rotation_planner.plan.plan import Plan
from rotation_planner.policy.kinds import Experience, ModeCase, ReverseFlow, TitlePosts
from rotation_planner.policy.kinds.goals import Evenness
from rotation_planner.policy.policy import Policy
from rotation_planner.words import has, language, say

Array = np.ndarray[Any, Any]
LEADERS = ("principal", "deputy_principal")
SHOWN_POSITIONS = tuple(reversed(LED_POSITIONS))
TITLE_GROUPS = {"senior_posts": ("senior", "professor"), "intermediate_posts": ("intermediate",)}


@dataclass(frozen=True, eq=False)
class Turnover:
    """One plan of one district with its standing and audit.

    People and schools are told by their row positions in ``district.staff`` and ``district.schools``. Rows of the plan
    that name an unknown person or school are left out of every count; the audit tells them.
    """

    district: District
    policy: Policy
    standing: Standing
    plan: Plan
    audit: Audit

    # ---- the moves ---------------------------------------------------------------------------------------------------

    @cached_property
    def moves(self) -> pd.DataFrame:
        """The plan's rows with ``person``, ``source`` and ``target`` (row positions), in the order of the schools.

        ``source`` is the school the person is at by the data, whatever the plan's row says.
        """
        table = self.plan.transfers
        person = table["staff_id"].map(self.district.staff_pos)
        target = table["to_school_id"].map(self.district.school_pos)
        known = (person.notna() & target.notna()).to_numpy(bool)
        moves = table[known].copy()
        moves["person"] = person[known].astype(np.int64)
        moves["source"] = self.district.staff_school[moves["person"].to_numpy()].astype(np.int64)
        moves["target"] = target[known].astype(np.int64)
        moves = moves.drop_duplicates("person", keep="last")
        return moves.sort_values(["source", "target", "staff_id"], kind="stable").reset_index(drop=True)

    @cached_property
    def moving(self) -> Array:
        """Who moves: bool per person."""
        moving = np.zeros(len(self.district.staff), bool)
        moving[self.moves["person"].to_numpy()] = True
        return moving

    @cached_property
    def counted_moves(self) -> pd.DataFrame:
        """The moves by which a person counts at the new school: all but those in a way that leaves them counted at the
        old one."""
        here = [case is not None and case.stays_counted for case in self.cases]
        return self.moves[~np.array(here, bool)]

    @cached_property
    def goes_to(self) -> Array:
        """The school that each person goes to, counted there or not; for who stays the present one."""
        return self._afterwards(self.school_before, "target", self.moves)

    def _afterwards(self, today: Array, column: str, moves: pd.DataFrame | None = None) -> Array:
        moves = self.counted_moves if moves is None else moves
        changed = today.copy()
        changed[moves["person"].to_numpy()] = moves[column].to_numpy(today.dtype)
        return changed

    @cached_property
    def school_after(self) -> Array:
        """The school at which each person counts afterwards."""
        return self._afterwards(self.school_before, "target")

    @cached_property
    def school_before(self) -> Array:
        """The school of each person today."""
        return self.district.staff_school.astype(np.int64)

    @cached_property
    def position_after(self) -> Array:
        """The position of each person afterwards."""
        return self._afterwards(self.of_people("position"), "to_position")

    @cached_property
    def stage_after(self) -> Array:
        """The stage of each person afterwards."""
        return self._afterwards(self.of_people("stage"), "stage")

    @cached_property
    def subject_after(self) -> Array:
        """The subject of each person afterwards."""
        return self._afterwards(self.of_people("subject"), "subject")

    # ---- people and schools ------------------------------------------------------------------------------------------

    def of_people(self, column: str) -> Array:
        """A column of the staff."""
        return self.standing.facts.of_people(column)

    def of_schools(self, column: str) -> Array:
        """A column of the schools."""
        return self.standing.facts.of_schools(column)

    @cached_property
    def in_scope(self) -> Array:
        """Row positions of the schools in scope, and of any other school that the plan's moves touch."""
        chosen = self.standing.selecting.schools(self.policy.scope.schools).copy()
        chosen[self.moves["source"].to_numpy()] = True
        chosen[self.moves["target"].to_numpy()] = True
        return np.flatnonzero(chosen)

    def counted(self, before: Array, after: Array | None = None) -> tuple[Array, Array]:
        """People per school: those of ``before`` where they are today, those of ``after`` afterwards."""
        schools = len(self.district.schools)
        after = before if after is None else after
        return (
            np.bincount(self.school_before[before], minlength=schools),
            np.bincount(self.school_after[after], minlength=schools),
        )

    @cached_property
    def headcount(self) -> tuple[Array, Array]:
        """All staff per school, before and after."""
        return self.counted(np.ones(len(self.district.staff), bool))

    # ---- the backbone ------------------------------------------------------------------------------------------------

    @cached_property
    def _evenness(self) -> Evenness | None:
        terms = (term for level in self.policy.goals for term in level.terms)
        return next((term for term in terms if isinstance(term, Evenness)), None)

    @cached_property
    def over(self) -> Array:
        """Among whom the backbone share is counted: as the policy's evenness goal says, else everyone in scope."""
        if self._evenness is not None:
            return self.standing.selecting.people(self._evenness.over)
        return self.standing.in_scope

    @cached_property
    def backbone(self) -> Array:
        """The backbone as the policy's evenness goal or reverse-flow rule says, else everyone with any award."""
        if self._evenness is not None:
            return self.standing.selecting.people(self._evenness.of)
        for rule in self.policy.of(ReverseFlow):
            return self.standing.selecting.people(rule.who)
        return np.asarray(self.of_people("backbone") != "", bool)

    @cached_property
    def backbone_counts(self) -> tuple[Array, Array]:
        """Backbone people among those of ``over`` per school, before and after."""
        return self.counted(self.backbone & self.over)

    @cached_property
    def over_counts(self) -> tuple[Array, Array]:
        """Those among whom the share is counted per school, before and after."""
        return self.counted(self.over)

    @cached_property
    def district_share(self) -> float:
        """The backbone share over all schools in scope today (nan where nobody is counted)."""
        people = self.over_counts[0][self.in_scope].sum()
        return float(self.backbone_counts[0][self.in_scope].sum() / people) if people else float("nan")

    # ---- posts and subjects ------------------------------------------------------------------------------------------

    @cached_property
    def title_groups(self) -> dict[str, tuple[str, ...]]:
        """The titles that share approved posts, by the column of the posts; as the policy says where it does."""
        groups: dict[str, tuple[str, ...]] = {
            group.posts: tuple(group.titles) for rule in self.policy.of(TitlePosts) for group in rule.groups
        }
        return groups or TITLE_GROUPS

    @cached_property
    def posts(self) -> dict[str, tuple[Array, Array, Array]]:
        """By position and by title group: posts (nan = not limited), people before, people after; one entry a school.

        A blank number of posts of a position is as many as are held today.
        """
        found = {}
        position, title = self.of_people("position"), self.of_people("title")
        for name in SHOWN_POSITIONS:
            before, after = self.counted(position == name, self.position_after == name)
            posts = self.of_schools(f"{name.removesuffix('_principal')}_posts")
            found[name] = (np.where(np.isnan(posts), before, posts), before, after)
        for name, titles in self.title_groups.items():
            found[name] = (self.of_schools(name), *self.counted(np.isin(title, titles)))
        return found

    @cached_property
    def subjects(self) -> pd.DataFrame:
        """The demand rows of the schools in scope: school (row position), stage, subject, required, before, after."""
        table = self.district.demand
        frame = pd.DataFrame(
            {
                "school": table["school_id"].map(self.district.school_pos).astype("Int64"),
                "stage": table["stage"],
                "subject": table["subject"],
                "required": table["required"],
            }
        )
        frame = frame[frame["school"].isin(self.in_scope)].astype({"school": np.int64})
        keys = ["school", "stage", "subject"]
        full = self.of_people("full_time")
        for name, school, stage, subject in (
            ("before", self.school_before, self.of_people("stage"), self.of_people("subject")),
            ("after", self.school_after, self.stage_after, self.subject_after),
        ):
            people = pd.DataFrame({"school": school[full], "stage": stage[full], "subject": subject[full]})
            frame = frame.merge(people.value_counts(keys).rename(name).reset_index(), on=keys, how="left")
            frame[name] = frame[name].fillna(0).astype(np.int64)
        return frame.sort_values("school", kind="stable").reset_index(drop=True)

    # ---- what a move is ----------------------------------------------------------------------------------------------

    @cached_property
    def _routing(self) -> Routing:
        return Routing(self.standing.selecting, self.policy)

    @cached_property
    def _places(self) -> Array:
        """The destination of each move, -1 where its row leads nowhere."""
        moves = self.moves
        departments, modes = (
            moves[name].tolist() if name in moves else [""] * len(moves) for name in ("to_department", "mode")
        )
        return self._routing.reached(moves["person"].to_numpy(), moves["target"].to_numpy(), departments, modes)

    @cached_property
    def cases(self) -> list[ModeCase | None]:
        """The case of the policy's ways of moving in which each move is made."""
        rule, people = self._routing.modes, self.moves["person"].to_numpy()
        if rule is None or not len(people):
            return [None] * len(people)
        taken = np.where(self._places >= 0, self._routing.ways(people)[np.arange(len(people)), self._places], NO_WAY)
        return [None if case == NO_WAY else rule.cases[case] for case in taken.tolist()]

    def mode_words(self, mode: str) -> str:
        """A way of moving in words: the policy's own label, else the package's word, else as it stands."""
        rule = self._routing.modes
        labels = [case.label for case in rule.cases if case.mode == mode and case.label] if rule is not None else []
        if labels:
            return labels[0][language()]
        return say("plan_mode." + mode) if has("plan_mode." + mode) else mode

    @cached_property
    def kilometres(self) -> Array:
        """Kilometres of each move, nan where unknown."""
        return self.district.km[self.moves["source"].to_numpy(), self.moves["target"].to_numpy()]

    @cached_property
    def ways(self) -> list[str]:
        """How far a move goes: inside an education group, inside a zone, or elsewhere in the district."""
        group, zone = self.of_schools("group"), self.of_schools("zone")
        pairs = zip(self.moves["source"], self.moves["target"], strict=True)
        return [
            "group" if group[a] and group[a] == group[b] else "zone" if zone[a] and zone[a] == zone[b] else "district"
            for a, b in pairs
        ]

    @cached_property
    def gains(self) -> list[list[tuple[str, int]]]:
        """The experience that each move gives: (sentence in the language in force, years it takes)."""
        people, places, routing = self.moves["person"].to_numpy(), self._places, self._routing
        given: list[list[tuple[str, int]]] = [[] for _ in people]
        for rule in self.policy.of(Experience):
            for gain in rule.gains:
                passed = routing.route(gain.when, people)[np.arange(len(people)), places] & (places >= 0)
                for move in np.flatnonzero(passed):
                    given[move].append((gain.words[language()], gain.years))
        return given

    @cached_property
    def wish(self) -> Array:
        """The rank of the wish that each move meets (by school or by zone), 0 where it meets none."""
        wishes = self.district.applications.merge(
            self.moves[["staff_id", "target"]].assign(move=np.arange(len(self.moves))), on="staff_id"
        )
        target = wishes["target"].to_numpy()
        wanted, zone = wishes["school_id"].to_numpy(object), wishes["zone"].to_numpy(object)
        met = (wanted != "") & (wanted == self.of_schools("school_id")[target])
        met |= (wanted == "") & (zone != "") & (zone == self.of_schools("zone")[target])
        best = wishes[met].groupby("move")["rank"].min()
        rank = np.zeros(len(self.moves), dtype=np.int64)
        rank[best.index.to_numpy()] = best.to_numpy()
        return rank
