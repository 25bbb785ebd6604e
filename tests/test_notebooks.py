"""The notebooks: text and notebook in step, outputs committed as their cells give them, nothing private in them."""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from notebook_runs import FOLDER, ROOT, TEXTS, cleaned, executed, read

from rotation_planner.policy.reading import packs, read_policy
from rotation_planner.policy.wording import sentence

NAMES = [path.stem for path in TEXTS]
LARGEST = 600_000  # bytes
LONGEST_CELL = 6  # lines
# What no reader of a committed notebook needs to know of anybody, invented or not. Rules themselves may speak of it.
PRIVATE = re.compile(r"孕期|哺乳|患病|处分|配偶|夫妻|照顾|pregnan|nursing|illness|sanction|spouse|\d{17}[\dXx]")
PLACES = re.compile(
    r"/(?:home|root|tmp|work|Users)/|[A-Z]:\\\\|0x[0-9a-f]{6,}|object at |\b\d+(?:\.\d+)? ?(?:秒|seconds)"
)


def kept(name: str) -> Any:
    return read(FOLDER / f"{name}.ipynb")


def code_of(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts(output: Any) -> str:
    """All that an output says, pictures aside."""
    data = output.get("data", {})
    return "\n".join([*(data[kind] for kind in sorted(data) if kind.startswith("text/")), output.get("text", "")])


@cache
def sentences() -> tuple[str, ...]:
    """What the rules say, of every pack."""
    policies = [read_policy(name) for name in packs()]
    return tuple(html.escape(sentence(rule)) for policy in policies for rule in policy.rules)


def without_rules(said: str) -> str:
    """The text without the sentences of rules: what they speak of is the city's, not anybody's."""
    for each in sentences():
        said = said.replace(each, "")
    return said


def outline(output: Any) -> tuple[list[str], list[str]]:
    """In which forms an output comes, and its headings: of plan and tables alike whichever of equal plans was found."""
    data = output.get("data", {})
    shown = re.findall(r"<(?:strong|h\d|th[^>]*|title)>([^<]*)<", data.get("text/html", ""))
    return sorted(set(data) - {"text/plain"}), shown


def test_each_text_has_its_notebook() -> None:
    assert NAMES
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_text_and_notebook_are_in_step(name: str) -> None:
    cells = [
        [(cell.cell_type, cell.source.rstrip()) for cell in notebook.cells]
        for notebook in (read(FOLDER / f"{name}.py"), kept(name))
    ]
    assert cells[0] == cells[1], "python tests/notebook_runs.py writes the notebook anew"


@pytest.mark.parametrize("name", NAMES)
def test_outputs_are_committed(name: str) -> None:
    """Every cell but imports and settings shows something, and no more than that: no errors, no noise."""
    notebook = kept(name)
    outputs = [output for cell in code_of(notebook) for output in cell.outputs]
    assert {output.output_type for output in outputs} == {"execute_result"}
    silent = [cell.source for cell in code_of(notebook) if not cell.outputs]
    assert all(source.startswith("import ") for source in silent), "every other cell shows something"
    assert cleaned(kept(name)) == notebook, "nothing that differs from run to run"


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_for_people_who_do_not_program(name: str) -> None:
    """Both languages in the title, English at the end, prose before code, small cells, one thing each."""
    cells = kept(name).cells
    assert re.match(r"# .*[一-鿿].* · [A-Z]", cells[0].source)
    assert "**In English.**" in cells[-1].source
    words = sum(len(cell.source) for cell in cells if cell.cell_type == "markdown")
    codes = code_of(kept(name))
    assert words > 3 * sum(len(cell.source) for cell in codes)
    assert max(len(cell.source.splitlines()) for cell in codes) <= LONGEST_CELL
    assert not [
        cell.source for cell in codes if re.search(r"^(?:for|def|class|if|while|with|lambda)\b", cell.source, re.M)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_small_and_says_nothing_private(name: str) -> None:
    path = FOLDER / f"{name}.ipynb"
    assert path.stat().st_size < LARGEST
    assert str(ROOT) not in path.read_text("utf-8")
    for cell in code_of(kept(name)):
        for output in cell.outputs:
            said = "" if "text/markdown" in output.get("data", {}) else without_rules(texts(output))
            assert not PRIVATE.findall(said), cell.source
            assert not PLACES.findall(said), cell.source


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_cell_runs(name: str, tmp_path: Path) -> None:
    """In a copy of the tree's shape, without any error; what is shown has the headings that are committed."""
    again = executed(FOLDER / f"{name}.py", tmp_path)
    for new, old in zip(code_of(again), code_of(kept(name)), strict=True):
        assert [outline(each) for each in new.outputs] == [outline(each) for each in old.outputs], new.source
