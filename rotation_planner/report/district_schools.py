"""The schools of the bureau's workbook: quotas, staffing by subject, balances, title posts for filing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from rotation_planner.report.school_balance import post_words, title_words, titles_without_posts
from rotation_planner.report.shares import Shares
from rotation_planner.report.sheets import Column, Kind, listed
from rotation_planner.report.turnover import Array, Turnover
from rotation_planner.words import say

Record = tuple[Any, ...]
QUOTA = (
    Column("school_id"), Column("school"), Column("tier"), Column("location"), Column("eligible", "whole"),
    Column("due_number", "whole"), Column("floor", "whole"), Column("cap", "whole"),
    Column("sent_eligible", "whole"), Column("above_floor", "signed", alarm=True), Column("sent", "whole"),
    Column("received", "whole"), Column("left", "whole"),
)  # fmt: skip
SUBJECTS = (
    Column("school_id"), Column("school"), Column("stage"), Column("subject"), Column("required", "whole"),
    Column("before", "whole"), Column("gap_before", "signed"), Column("after", "whole"),
    Column("gap_after", "signed", alarm=True),
)  # fmt: skip
SCHOOLS = (
    Column("school_id"), Column("school", width=20), Column("tier"), Column("location"), Column("limit", "whole"),
    Column("before", "whole"), Column("out", "whole"), Column("into", "whole"), Column("after", "whole"),
    Column("room", "signed", alarm=True), Column("backbone_before", "whole"), Column("backbone_after", "whole"),
    Column("share_before", "percent"), Column("share_after", "percent"), Column("short_before", "whole"),
    Column("short_after", "whole"), Column("principals"), Column("deputies"), Column("seniors"),
    Column("intermediates"),
)  # fmt: skip
POSTS_SHOWN = ("principal", "deputy_principal", "senior_posts", "intermediate_posts")
POST_FACTS: tuple[tuple[str, Kind], ...] = (
    ("approved", "whole"), ("before", "whole"), ("out", "whole"), ("into", "whole"), ("after", "whole"),
    ("room", "signed"),
)  # fmt: skip
REST_FACTS: tuple[tuple[str, Kind], ...] = (("before", "whole"), ("after", "whole"))


class SchoolTables:
    """The records of the tables of schools, one row a school in scope."""

    def __init__(self, turnover: Turnover) -> None:
        self.turnover = turnover
        self.shares = Shares(turnover)
        self.schools: list[str] = turnover.district.schools["name"].tolist()
        self.codes: list[str] = turnover.district.schools["school_id"].tolist()

    def quota(self) -> Iterator[Record]:
        """Who meets the conditions, how many must go at least and may at most, who goes, who comes."""
        turnover, standing = self.turnover, self.turnover.standing
        eligible = np.zeros(len(turnover.district.staff), bool)
        for mask in standing.eligible.values():
            eligible |= mask
        numbers = [
            turnover.counted(who)[0]
            for who in (
                eligible, standing.any_due, eligible & turnover.moving, turnover.moving,
                standing.any_due & ~turnover.moving,
            )
        ]  # fmt: skip
        received = np.bincount(turnover.moves["target"], minlength=len(self.schools))
        floors, caps = self.shares.quotas
        tier, location = turnover.of_schools("tier"), turnover.of_schools("location")
        for s in turnover.in_scope:
            counted, floor = [int(each[s]) for each in numbers], floors.get(s)
            yield (
                self.codes[s], self.schools[s], listed("tier", tier[s]), listed("location", location[s]), counted[0],
                counted[1], floor, caps.get(s), counted[2], None if floor is None else counted[2] - floor, counted[3],
                int(received[s]), counted[4],
            )  # fmt: skip

    def subjects(self) -> Iterator[Record]:
        """Staffing of each school, stage and subject."""
        for s, stage, subject, required, before, after in self.turnover.subjects.itertuples(index=False):
            gaps = (before - required, after - required)
            where = (self.codes[s], self.schools[s], listed("stage", stage), subject)
            yield (*where, required, before, gaps[0], after, gaps[1])

    def balance(self) -> Iterator[Record]:
        """Headcount, backbone, shortages and posts of each school."""
        turnover = self.turnover
        columns = {c: turnover.of_schools(c) for c in ("tier", "location", "headcount_limit")}
        before, after = turnover.headcount
        backbone, over = turnover.backbone_counts, turnover.over_counts
        out, into = (np.bincount(turnover.counted_moves[c], minlength=len(self.schools)) for c in ("source", "target"))
        short = [missing_by_school(turnover, when) for when in ("before", "after")]
        for s in turnover.in_scope:
            shares = [backbone[when][s] / over[when][s] if over[when][s] else None for when in (0, 1)]
            posts = [turnover.posts.get(name) for name in POSTS_SHOWN]
            yield (
                self.codes[s], self.schools[s], listed("tier", columns["tier"][s]),
                listed("location", columns["location"][s]), columns["headcount_limit"][s],
                before[s], out[s], into[s], after[s], columns["headcount_limit"][s] - after[s], backbone[0][s],
                backbone[1][s], *shares, short[0][s], short[1][s],
                *(_of_posts(held[2][s], held[0][s]) if held else "" for held in posts),
            )  # fmt: skip

    # ---- title posts -------------------------------------------------------------------------------------------------

    @property
    def title_columns(self) -> tuple[Column, ...]:
        """The columns of the table of title posts: of each group with posts these, holders and room, of each title
        without posts its holders."""
        columns = [Column("school_id"), Column("school", width=22)]
        for names, worded, facts in (
            (self.turnover.title_groups, post_words, POST_FACTS),
            (titles_without_posts(self.turnover), title_words, REST_FACTS),
        ):
            columns += [
                Column(
                    f"{name}.{fact}",
                    kind,
                    text=worded(name).replace(" ", "\n") + f"\n{say('report_column.' + fact)}",
                    alarm=fact == "room",
                )
                for name in names
                for fact, kind in facts
            ]
        return tuple(columns)

    def titles(self) -> Iterator[Record]:
        """The title posts of each school before and after, for filing."""
        turnover = self.turnover
        title = turnover.of_people("title")
        groups = {name: np.isin(title, titles) for name, titles in turnover.title_groups.items()}
        rest = titles_without_posts(turnover)
        moves, size = turnover.counted_moves, len(self.schools)
        people, changing = moves["person"].to_numpy(np.int64), (moves["source"] != moves["target"]).to_numpy(bool)
        flows = {
            name: [np.bincount(moves[side][changing & who[people]], minlength=size) for side in ("source", "target")]
            for name, who in groups.items()
        }
        held = {name: turnover.counted(who) for name, who in (groups | rest).items()}
        for s in turnover.in_scope:
            row: list[Any] = [self.codes[s], self.schools[s]]
            for name in groups:
                posts = turnover.posts[name][0][s]
                before, after = (int(each[s]) for each in held[name])
                row += [posts, before, *(int(flow[s]) for flow in flows[name]), after, posts - after]
            for name in rest:
                row += [int(each[s]) for each in held[name]]
            yield tuple(row)


def totals(columns: tuple[Column, ...], records: list[Record], *, label: int = 1) -> Record:
    """The last row of a table: the sums of its columns of whole numbers, as far as anything stands in them."""
    sums: list[Any] = [""] * len(columns)
    sums[label] = say("report.every_move")
    for place, column in enumerate(columns):
        values = [record[place] for record in records if record[place] is not None and record[place] == record[place]]
        if column.kind in ("whole", "signed") and values:
            sums[place] = sum(values)
    return tuple(sums)


def _of_posts(held: int, posts: float) -> str:
    """Holders against posts where these are limited."""
    return f"{held}/{int(posts)}" if posts == posts else str(held)


def missing_by_school(turnover: Turnover, when: str) -> Array:
    """Full-time staff missing by subject in each school, ``before`` or ``after``."""
    table = turnover.subjects
    gaps = np.maximum(table["required"].to_numpy(float) - table[when].to_numpy(float), 0)
    return np.bincount(table["school"], gaps, minlength=len(turnover.district.schools)).astype(np.int64)
