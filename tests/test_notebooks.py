"""The notebooks: text and notebook in step, outputs committed, and every cell runs to its end."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient
from source import ROOT

FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LARGEST = 2_000_000  # bytes


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def cells(notebook: Any) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source.rstrip()) for cell in notebook.cells]


def test_each_text_has_its_notebook() -> None:
    assert NOTEBOOKS
    assert {path.stem for path in FOLDER.glob("*.py")} == {path.stem for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_text_and_notebook_are_in_step(path: Path) -> None:
    assert cells(jupytext.read(path.with_suffix(".py"))) == cells(read(path))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_committed(path: Path) -> None:
    """Every cell was run, in order and without an error; the last line of each that shows something did show it."""
    code = [cell for cell in read(path).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    assert all(output.output_type == "execute_result" for output in outputs), (
        "only what a cell shows; no errors, no noise"
    )
    silent = [cell.source for cell in code if not cell.outputs]
    assert all(source.startswith("import ") for source in silent), "every other cell shows something"
    assert path.stat().st_size < LARGEST
    assert str(ROOT) not in path.read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_cell_runs(path: Path, tmp_path: Path) -> None:
    """In a copy of the tree's shape, so that what the notebook writes lands there."""
    shutil.copytree(ROOT / "scenarios" / "binhai", tmp_path / "scenarios" / "binhai")
    here = tmp_path / FOLDER.name
    here.mkdir()
    notebook = read(path)
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(here)}}).execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("方案核查：通过" in output.get("data", {}).get("text/html", "") for output in shown)
