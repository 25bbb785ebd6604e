"""Nothing unregistered: every kind of rule has its judge, every fault and reading its words."""

from __future__ import annotations

import ast
import inspect

from rotation_planner.audit import moves
from rotation_planner.audit.judges import JUDGES
from rotation_planner.audit.reverse_flow import READINGS
from rotation_planner.policy.kinds import KINDS, ReverseFlow
from rotation_planner.words import has


def test_every_kind_has_a_judge() -> None:
    assert set(JUDGES) == set(KINDS)
    assert len(set(JUDGES.values())) == len(JUDGES), "a judge of its own for each kind"


def test_every_fault_is_worded() -> None:
    tree = ast.parse(inspect.getsource(moves))
    names = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Fault"
        and isinstance(node.args[0], ast.Constant)
    }
    assert names
    assert not {name for name in names if not has(f"fault.{name}")}


def test_every_reading_is_worded() -> None:
    annotation = str(ReverseFlow.model_fields["reading"].annotation)
    assert all(f"'{reading}'" in annotation for reading in READINGS)
    assert annotation.count("'") == 2 * len(READINGS)
    assert all(has(f"reading.{reading}") for reading in READINGS)
