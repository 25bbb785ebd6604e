"""What rolling cannot know and leaves to the officer, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from rotation_planner.data import schema
from rotation_planner.words import catalogue, say
from rotation_planner.years.settings import listed

if TYPE_CHECKING:
    from rotation_planner.years.rolling import Turning

NAMED = 8


def doubts_of(year: Turning) -> Iterator[str]:
    """The sentences, the weightiest first; what does not arise is not said."""
    district, outcome, carried, ended = year.scenario.district, year.outcome, year.carried, year.ended
    if outcome.audit is not None and not outcome.audit.passes:
        yield say("roll.doubt_breaches", count=len(outcome.audit.breaches))
    prints = {} if outcome.plan is None else dict(outcome.plan.fingerprints)
    if "data" in prints and prints["data"] != year.scenario.fingerprints.get("data"):
        yield say("roll.doubt_other_data")
    for name, count in (
        ("past", int((year.past & year.gone).sum())),
        ("unknown", int(ended.unknown.sum())),
        ("taken", int(ended.taken.sum())),
        ("unplaced", year.unplaced),
        ("key_posts", int((district.staff["key_post"].to_numpy(bool) & (carried.school | carried.department)).sum())),
        ("open", int(year.tables["exemptions"]["end"].isna().sum())),
        ("pins", len(district.pins)),
    ):
        if count:
            yield say(f"roll.doubt_{name}", count=count)
    yield from _schools(year)
    gone = int(year.gone.sum())
    if gone and not year.new:
        yield say("roll.doubt_nobody_new", count=gone)
    if len(district.appraisals):
        yield say("roll.doubt_appraisals", year=year.day.year)
    kept = int((year.tables["staff"]["duties"] != "").sum())
    if kept:
        yield say("roll.doubt_duties", count=kept)
    if year.papers:
        yield say("roll.doubt_papers", keys=listed(year.papers))
    own = _own_columns(year)
    if own:
        yield say("roll.doubt_own", columns=listed(own))
    yield say("roll.doubt_carried")


def _schools(year: Turning) -> Iterator[str]:
    """Schools without a principal that have one today, and schools above their limit that are not today."""
    district, staff = year.scenario.district, year.tables["staff"]
    led = set(district.staff["school_id"][district.staff["position"] == "principal"])
    now = set(staff["school_id"][staff["position"] == "principal"])
    codes = [each for each in district.schools["school_id"] if each in led and each not in now]
    if codes:
        yield say("roll.doubt_no_principal", count=len(codes), schools=_named(codes))
    limit = district.schools["headcount_limit"].to_numpy(float)
    before, after = (
        district.schools["school_id"].map(each["school_id"].value_counts()).fillna(0).to_numpy(float)
        for each in (district.staff, staff)
    )
    with np.errstate(invalid="ignore"):
        over = (after > limit) & (after > before)
    codes = district.schools["school_id"][over].tolist()
    if codes:
        yield say("roll.doubt_over", count=len(codes), schools=_named(codes))


def _named(codes: list[str]) -> str:
    return listed([*codes[:NAMED], *(["…"] if len(codes) > NAMED else [])])


def _own_columns(year: Turning) -> list[str]:
    """Columns of the district's own in staff and schools, which were carried over as they are."""
    ours = {text for key, texts in catalogue().items() if key.startswith("own_column.") for text in texts.values()}
    frames = year.scenario.district.frames
    return [
        str(name)
        for key in ("staff", "schools")
        for name in frames[key].columns
        if name not in schema.table(key).keys and not str(name).startswith("_") and name not in ours
    ]
