"""People stay interchangeable exactly where no rule tells them apart, and what is read must have been declared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from districts import tiny_district, tiny_policy
from worlds import World

from rotation_planner.model import model as model_module
from rotation_planner.model.constraints.how_many import LeadersKept
from rotation_planner.model.ground import UndeclaredFactError
from rotation_planner.model.terms import AllMoves
from rotation_planner.model.unpack import Moves, pack, unpack

ALL = {"everyone": True}
LEADERS = {"id": "kept", "kind": "keep_leader"}
STAFF = {
    "p": {"at": "A", "position": "principal"},
    "d": {"at": "A", "position": "deputy_principal"},
    "t": "A",
    "u": "A",
}


def world(*rules: dict[str, Any], staff: Any = None) -> World:
    return World(tiny_district("AB", staff or STAFF), tiny_policy(*rules))


def test_alike_people_are_one_group() -> None:
    people = world().model().people
    assert (len(people.kind_size), len(people.group_size)) == (1, 1)


def test_a_rule_tells_leavers_apart() -> None:
    # the leaders are told apart from the teachers when they leave, not in where they may go
    people = world(LEADERS).model().people
    assert (sorted(people.kind_size), sorted(people.group_size)) == ([4], [2, 2])


def test_plain_keeps_everybody_apart() -> None:
    assert world().model(plain=True).people.group_size.tolist() == [1, 1, 1, 1]


def test_whoever_is_fixed_stands_in_a_group_of_their_own() -> None:
    district = tiny_district("AB", STAFF, pins=[{"staff_id": "u", "verdict": "move"}])
    policy = tiny_policy({"id": "fixed", "kind": "pins"}, {"id": "free", "kind": "volunteer", "who": ALL})
    model = World(district, policy).model()
    assert sorted(model.people.group_size) == [1, 3]
    assert model.arrays.lower[model.leave].sum() == 1


class _Undeclared(LeadersKept):
    def leaving(self) -> Sequence[np.ndarray]:
        return ()


class _UndeclaredTerm(AllMoves):
    def leaving(self) -> Sequence[np.ndarray]:
        return ()

    def _who(self) -> np.ndarray:
        return self.ground.facts.of_people("position") == "principal"


def test_a_rule_that_reads_what_it_has_not_declared_stops_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(model_module.CONSTRAINTS, "keep_leader", _Undeclared)
    with pytest.raises(UndeclaredFactError):
        world(LEADERS).model()
    world(LEADERS).model(plain=True)  # where everybody stands alone, nothing is mixed up


def test_so_does_a_goal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(model_module.TERMS, "moves", _UndeclaredTerm)
    with pytest.raises(UndeclaredFactError):
        world().model()


def test_the_longest_serving_of_a_group_leave_first() -> None:
    looked_at = world(
        staff={"t9": {"at": "A", "years": 3}, "t10": {"at": "A", "years": 3}, "old": {"at": "A", "years": 4}}
    )
    model = looked_at.model()
    values = np.zeros(model.program.columns)
    values[model.leave], values[model.go] = 2, 2
    moved = unpack(model, values)
    # `old` has served longest; of the other two the staff_id decides, as text: t10 before t9
    assert looked_at.district.staff["staff_id"].iloc[moved.person].tolist() == ["t10", "old"]
    packed = pack(model, moved)
    assert packed is not None
    assert np.array_equal(packed, values)


def test_a_move_that_is_not_open_is_not_packed() -> None:
    looked_at = World(
        tiny_district({"A": {}, "B": {"stages": "junior"}}, {"a": "A"}),
        tiny_policy({"id": "fit", "kind": "qualification"}),
    )
    to = np.array([1])
    one = Moves(np.array([0]), to, to, np.array(["primary"], object), np.array(["语文"], object))
    assert pack(looked_at.model(), one) is None


def test_a_district_in_which_nobody_may_move() -> None:
    nobody = {"id": "none", "kind": "volunteer", "who": {"not": ALL}}
    looked_at = world(nobody)
    assert looked_at.best() == (0,)
    assert len(looked_at.model().people.people) == 0
