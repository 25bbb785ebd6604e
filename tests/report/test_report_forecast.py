"""Who becomes due in the next years, person by person."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from districts import EVERYONE, tiny_district, tiny_plan, tiny_policy

from rotation_planner.audit.result import Audit
from rotation_planner.data.district import District
from rotation_planner.eligibility import stand
from rotation_planner.policy.policy import Policy
from rotation_planner.report.forecast import becoming_due, carried_out
from rotation_planner.report.turnover import Turnover

NINE_YEARS = {
    "id": "nine", "kind": "duty", "who": EVERYONE, "stay": {"stay": "school", "at_least": 9}, "ages": {"F": 50},
}  # fmt: skip
ILL = {"id": "ill", "kind": "defer", "when": {"exemption": ["illness"]}}


def turnover(district: District, policy: Policy, moves: dict[str, Any]) -> Turnover:
    return Turnover(district, policy, stand(district, policy), tiny_plan(district, moves), Audit(()))


def told(found: Turnover) -> dict[str, tuple[int, str, str]]:
    ids = found.district.staff["staff_id"]
    return {
        ids[row.person]: (row.year, found.district.schools["school_id"][row.school], row.how)
        for row in becoming_due(found).itertuples()
    }


def test_each_is_told_once_in_the_first_year() -> None:
    district = tiny_district(
        ["A", "B"],
        {
            "goes": {"at": "A", "years": 9},  # moves now, starts again
            "stays": {"at": "A", "years": 12},  # eligible and not placed
            "next": {"at": "A", "years": 8},
            "after": {"at": "B", "years": 7.5},  # nine full years in two years' time
            "third": {"at": "A", "years": 6},
            "later": {"at": "A", "years": 5},
            "ages": {"at": "A", "years": 8, "age": 50},  # fifty-one when the nine years are full
            "ill": {"at": "A", "years": 12},  # until the middle of the second year
        },
        exemptions=[{"staff_id": "ill", "kind": "illness", "start": "2027-01-01", "end": "2029-02-28"}],
    )
    found = turnover(district, tiny_policy(NINE_YEARS, ILL), {"goes": "B"})
    assert told(found) == {
        "stays": (1, "A", "left"), "next": (1, "A", "service"), "after": (2, "B", "service"),
        "ill": (2, "A", "deferral_ends"), "third": (3, "A", "service"),
    }  # fmt: skip
    assert becoming_due(found)["day"].tolist() == [
        dt.date(2028, 8, 31), dt.date(2028, 8, 31), dt.date(2029, 8, 31), dt.date(2029, 8, 31), dt.date(2030, 8, 31),
    ]  # fmt: skip


def test_a_short_term_catches_movers_again_at_the_new_school() -> None:
    duty = {"id": "two", "kind": "duty", "who": EVERYONE, "stay": {"stay": "school", "at_least": 2}}
    district = tiny_district(["A", "B"], {"ann": {"at": "A", "years": 5}})
    found = turnover(district, tiny_policy(duty), {"ann": "B"})
    # A mover of this year is not told again: the year's own move answers the duty.
    assert told(found) == {}


def test_the_plan_is_carried_out_before_time_runs_on() -> None:
    district = tiny_district(
        ["A", "B"],
        {"ann": {"at": "A", "years": 10}, "bob": {"at": "A", "years": 10}},
        history=[
            {"staff_id": "bob", "school_id": "A", "location": "urban", "tier": "general", "start": "2017-09-01",
             "kind": "post"},
        ],
    )  # fmt: skip
    found = turnover(district, tiny_policy(NINE_YEARS), {"ann": "B", "bob": "B"})
    after = carried_out(found)
    assert after.staff["school_id"].tolist() == ["B", "B"]
    assert after.staff["joined_school"].tolist() == [pd.Timestamp(2027, 9, 1)] * 2
    ended = after.history.set_index("staff_id")
    assert sorted(after.history["staff_id"]) == ["ann", "bob"]
    assert ended["end"].tolist() == [pd.Timestamp(2027, 8, 31)] * 2
    assert ended.loc["ann", "start"] == pd.Timestamp(2017, 9, 1)
    assert ended.loc["ann", ["school_id", "location", "kind"]].tolist() == ["A", "urban", "post"]
    assert after.history.dtypes.to_dict() == district.history.dtypes.to_dict()
    assert district.staff["school_id"].tolist() == ["A", "A"]


def test_who_goes_on_counting_at_the_old_school_does_not_start_again() -> None:
    ways = {
        "id": "ways", "kind": "modes",
        "cases": [{"id": "rounds", "mode": "part_time", "file_moves": False, "years": 1, "counts": "here"}],
    }  # fmt: skip
    district = tiny_district(["A", "B"], {"ann": {"at": "A", "years": 8}})
    found = turnover(district, tiny_policy(NINE_YEARS, ways, anyone=True), {"ann": {"to": "B", "mode": "part_time"}})
    assert carried_out(found).staff["school_id"].tolist() == ["A"]
    assert found.headcount[1].tolist() == [1, 0]
    assert found.goes_to.tolist() == [1]


def test_nobody_becomes_due_without_duties() -> None:
    found = turnover(tiny_district(["A"], {"ann": "A"}), tiny_policy(), {})
    assert becoming_due(found).empty


@pytest.mark.filterwarnings("error")
def test_columns_of_the_districts_own_are_blank_for_service_that_a_move_ends() -> None:
    district = tiny_district(["A", "B"], {"goes": {"at": "A", "years": 9}, "stays": {"at": "B", "years": 2}})
    history = district.history.assign(remark=pd.Series(dtype="str"), _row=pd.Series(dtype="int64"))
    district = District(district.as_of, **{**district.frames, "history": history})
    after = carried_out(turnover(district, tiny_policy(NINE_YEARS), {"goes": "B"})).history
    assert after.dtypes.to_dict() == history.dtypes.to_dict()
    [row] = after.to_dict("records")
    assert (row["staff_id"], row["remark"], row["_row"]) == ("goes", "", 0)
