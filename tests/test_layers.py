"""The layers of the package: what each part may use, and where the outside packages may appear."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest
from source import ROOT, Source, imported, sources

UNDER_RUN = {"words", "data", "policy", "eligibility", "plan", "audit", "model", "solve", "answers", "report"}
# What a layer may import besides itself. The judge (audit) never sees what it judges by: neither eligibility nor the
# model; the report reads plans and audits only.
MAY_USE: dict[str, set[str]] = {
    "words": set(),
    "data": {"words"},
    "policy": {"words", "data"},
    "eligibility": {"words", "data", "policy"},
    "plan": {"words", "data", "policy"},
    "audit": {"words", "data", "policy", "plan"},
    "model": {"words", "data", "policy", "eligibility", "plan"},
    "solve": {"words", "data", "policy", "eligibility", "plan", "model"},
    "answers": {"words", "data", "policy", "eligibility", "plan", "audit", "model", "solve"},
    "report": {"words", "data", "policy", "eligibility", "plan", "audit", "answers"},
    "run": UNDER_RUN,
    "years": {*UNDER_RUN, "run"},
    "variants": {*UNDER_RUN, "run"},
    "collecting": {"words", "data", "policy", "eligibility", "plan", "report", "run"},
    "cli": {*UNDER_RUN, "run", "years", "variants", "collecting"},
    "__main__": {"cli"},
}
WITHOUT_SOLVER = ("words", "data", "policy", "eligibility", "plan", "audit", "report")
# Outside packages that may stand only in these layers.
ONLY_IN: dict[str, set[str]] = {
    "ortools": {"model", "solve"},
    "matplotlib": {"report"},
    "yaml": set(),  # keeps the last duplicate key and reads `no` as False; ruamel.yaml is used
    "zhplot": set(),  # carries the font, found without importing it
}


def layer(module: str) -> str:
    """The layer of a dotted module name; "" for the package itself."""
    return [*module.split("."), ""][1]


def wrong_imports(source: Source) -> list[str]:
    """Every import of the file that its layer forbids, as lines to read."""
    own = layer(source.module)
    wrong = []
    for line, name in imported(source):
        top = name.split(".")[0]
        used = layer(name)
        where = f"{source.place}:{line}: imports {name}"
        if name.endswith(".*"):
            wrong.append(f"{where}: name what is needed")
        if top in ONLY_IN and own not in ONLY_IN[top]:
            wrong.append(f"{where}: allowed only in {sorted(ONLY_IN[top]) or 'no layer'}")
        if top != "rotation_planner" or own == "" or used in {own, "__version__"}:
            continue
        if used not in MAY_USE[own]:
            wrong.append(f"{where}: {own} may use only {sorted(MAY_USE[own])}")
    return wrong


def test_every_module_has_a_layer() -> None:
    unknown = [source.place for source in sources() if layer(source.module) not in {"", *MAY_USE}]
    assert not unknown, "say in MAY_USE what these may use"


def test_layers_are_without_circles() -> None:
    done: set[str] = set()
    for name, used in MAY_USE.items():
        assert used <= done, f"{name} uses a layer that stands below it"
        done.add(name)


def test_imports_go_one_way() -> None:
    wrong = [line for source in sources() for line in wrong_imports(source)]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("rotation_planner.audit.quota", "from rotation_planner.eligibility.standing import Standing"),
        ("rotation_planner.audit.quota", "from rotation_planner import model"),
        ("rotation_planner.audit.quota", "from ..solve import stages"),
        ("rotation_planner.model.quota", "def f():\n    import rotation_planner.audit.quota"),
        ("rotation_planner.plan.moves", "from rotation_planner.eligibility import standing"),
        ("rotation_planner.report.lists", "from rotation_planner.model import registry"),
        ("rotation_planner.answers.keeping", "from rotation_planner.report import writing"),
        ("rotation_planner.solve.levels", "from rotation_planner.answers import keeping"),
        ("rotation_planner.data.csvfile", "from rotation_planner.policy import pack"),
        ("rotation_planner.data.csvfile", "from rotation_planner import load_scenario"),
        ("rotation_planner.data.csvfile", "from ortools.sat.python import cp_model"),
        ("rotation_planner.cli", "import ortools"),
        ("rotation_planner.audit.quota", "import matplotlib.pyplot as plt"),
        ("rotation_planner.data.yamlfile", "import yaml"),
        ("rotation_planner.report.font", "import zhplot"),
        ("rotation_planner.run", "from rotation_planner.words import *"),
    ],
)
def test_a_forbidden_import_is_seen(module: str, code: str) -> None:
    path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    assert wrong_imports(Source(path, module, ast.parse(code)))


def test_all_but_solving_works_with_the_solver_absent() -> None:
    modules = [source.module for source in sources() if layer(source.module) in WITHOUT_SOLVER]
    code = (
        "import sys, importlib\nsys.modules['ortools'] = None\nfor name in sys.argv[1:]: importlib.import_module(name)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *modules], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
