"""Runs the notebooks and keeps their outputs: ``python tests/notebook_runs.py [NAME ...]`` (all when none).

The text (``notebooks/*.py``) is what people edit; the notebook beside it is written anew with what its cells showed.
Nothing in it depends on the day, the machine or the folder: no counts, no times, no paths.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "notebooks"
TEXTS = sorted(FOLDER.glob("*.py"))
SECONDS = 300  # for one cell, far above what any takes
LONGEST_PLAIN = 300  # characters of plain text kept beside what is shown


def read(path: Path) -> Any:
    """A notebook, from its text or as it is kept."""
    return jupytext.read(path) if path.suffix == ".py" else nbformat.read(path, as_version=4)


def executed(text: Path, temp: Path) -> Any:
    """The notebook of a text with what its cells show, run in a copy of the tree's shape, so that what it writes lands
    there.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell fails.
    """
    here = temp / FOLDER.name
    if not here.exists():
        shutil.copytree(FOLDER, here, ignore=shutil.ignore_patterns("*.ipynb", ".ipynb_checkpoints"))
        shutil.copytree(ROOT / "scenarios", temp / "scenarios")
    notebook = read(text)
    os.environ["PYTHONHASHSEED"] = "0"  # the kernel's: the same plan every time
    client = NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(here)}}
    )
    client.execute()
    return cleaned(notebook)


def cleaned(notebook: Any) -> Any:
    """The notebook without anything that differs from run to run."""
    for number, cell in enumerate(notebook.cells, 1):
        cell["id"] = f"cell-{number:02}"
        cell["metadata"] = {}
        if cell.cell_type == "code":
            cell["execution_count"] = None
            for output in cell["outputs"]:
                output["metadata"] = {}
                if "execution_count" in output:
                    output["execution_count"] = None
                data = output.get("data", {})
                if len(data) > 1 and len(data.get("text/plain", "")) > LONGEST_PLAIN:
                    del data["text/plain"]
    notebook["metadata"] = {
        "jupytext": {"formats": "ipynb,py:percent"},
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    notebook["nbformat"], notebook["nbformat_minor"] = 4, 5
    return notebook


def main(names: list[str]) -> None:
    """Run the notebooks of these names, or all, and write them."""
    for text in TEXTS:
        if not names or text.stem in names:
            with tempfile.TemporaryDirectory() as temp:
                nbformat.write(executed(text, Path(temp)), text.with_suffix(".ipynb"))
            print(text.stem)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
