from __future__ import annotations

import csv
import dataclasses
import stat
from pathlib import Path

import pytest
from invented import turnover
from papers_shared import hostile
from test_private_outputs import files, scenario, told

import rotation_planner.report.charts
from rotation_planner.audit.result import Finding, Verdict
from rotation_planner.data.problems import InputError
from rotation_planner.plan.files import fingerprint, is_edited, plan_json, read_plan
from rotation_planner.plan.plan import Status
from rotation_planner.report.pseudonyms import Key, disguised, read_key, restored
from rotation_planner.report.turnover import Turnover
from rotation_planner.run import Outcome, write
from rotation_planner.words import say


def named(found: Turnover) -> Turnover:
    """A plan and an audit that name people in their sentences."""
    staff = found.district.staff
    first, second = (say("audit.person", name=staff["name"].iat[p], id=staff["staff_id"].iat[p]) for p in (4, 30))
    finding = Finding(
        "kin", "kin", "must", first, "0", "1", Verdict.BREACH, f"{first}调入{second}所在学校（S001）",
        (staff["staff_id"].iat[4], staff["staff_id"].iat[30]),
    )  # fmt: skip
    audit = dataclasses.replace(found.audit, findings=(*found.audit.findings, finding))
    moves = found.plan.transfers.assign(reason=f"与{staff['name'].iat[30]}同校", 电话="13800000000")
    deferred = found.plan.deferred.assign(why=f"exempt: {staff['name'].iat[4]}")
    plan = dataclasses.replace(found.plan, transfers=moves, deferred=deferred)
    return dataclasses.replace(found, audit=audit, plan=plan)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A plan's folder written with codes, and the key outside it."""
    folder = tmp_path_factory.mktemp("coded")
    given, key = named(turnover()), folder / "safe" / "key.csv"
    outcome = Outcome(Status.FEASIBLE, given.plan, given.audit, given.standing)
    with pytest.MonkeyPatch.context() as patch:
        # Pictures take seconds to draw; that they do not depend on names is shown elsewhere.
        patch.setattr(rotation_planner.report.charts, "pictures", lambda _: iter(()))
        write(outcome, scenario(given, folder), folder / "out", letters=True, pseudonyms=key)
    return folder / "out", key


@pytest.mark.slow
def test_no_file_holds_a_name_or_a_staff_id(shared: tuple[Path, Path]) -> None:
    staff = turnover().district.staff
    for path in files(shared[0]):
        text = told(path)
        assert not [staff_id for staff_id in staff["staff_id"] if staff_id in text], path
        assert not [name for name in set(staff["name"]) if name in text], path
        assert "13800000000" not in text


def test_the_key_lies_where_it_was_put_and_nowhere_else(shared: tuple[Path, Path]) -> None:
    out, key = shared
    assert not [path for path in files(out) if "key" in path.name]
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with key.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    staff = turnover().district.staff
    assert {row["staff_id"] for row in rows} == set(staff["staff_id"])
    assert len({row["code"] for row in rows}) == len(staff)


def test_the_key_turns_the_plan_back(shared: tuple[Path, Path]) -> None:
    out, key = shared
    coded = read_plan(out)
    back = restored(coded, read_key(key))
    plain = turnover().plan
    assert fingerprint(back.transfers) == fingerprint(plain.transfers)
    assert set(back.deferred["staff_id"]) == set(plain.deferred["staff_id"])
    assert set(back.transfers["name"]) == set(plain.transfers["name"])
    assert not is_edited(back)
    assert coded.fingerprints["transfers"] != back.fingerprints["transfers"]


def test_an_edited_coded_plan_is_still_known_as_edited(shared: tuple[Path, Path]) -> None:
    coded = read_plan(shared[0])
    edited = dataclasses.replace(coded, transfers=coded.transfers.iloc[1:].reset_index(drop=True))
    assert is_edited(restored(edited, read_key(shared[1])))


def test_the_same_key_gives_the_same_codes_and_new_people_new_ones(tmp_path: Path) -> None:
    key = Key()
    key.cover(turnover().district)
    key.write(tmp_path / "key.csv")
    again = read_key(tmp_path / "key.csv")
    assert again.codes == key.codes
    again.cover(hostile().district)
    assert again.codes.items() >= key.codes.items()
    assert len(set(again.codes.values())) == len(again.codes)
    again.write(tmp_path / "key.csv")
    assert read_key(tmp_path / "key.csv").names == again.names  # hostile names too


def test_codes_tell_nothing_of_the_order_of_the_staff() -> None:
    """Drawn by lot: two keys of the same people differ, and codes are not in the people's order."""
    one, two = Key(), Key()
    one.cover(turnover().district)
    two.cover(turnover().district)
    assert one.codes != two.codes
    assert list(one.codes.values()) != sorted(one.codes.values())


def test_sentences_keep_their_sense() -> None:
    found = named(turnover())
    key = Key()
    key.cover(found.district)
    _, _, plan, audit = disguised(found.district, found.standing, found.plan, found.audit, key)
    told_of = audit.findings[-1]
    first, second = (key.codes[who] for who in found.audit.findings[-1].people)
    assert told_of.sentence == f"{first}调入{second}所在学校（S001）"
    assert told_of.people == (first, second)
    assert set(plan.transfers["reason"]) == {"（略）"}
    assert plan_json(plan)["counts"] == plan_json(found.plan)["counts"]


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "code,staff_id,name\nP1,T1,x\nP1,T2,y\n", "code,staff_id,name\n,T1,x\n"]
)
def test_what_is_no_key_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "key.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        read_key(path)
    assert all(each.message and each.expected and each.advice for each in caught.value.problems)
