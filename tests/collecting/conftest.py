"""The four schools' workbooks, made once and copied for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from collecting.handing import Pen, rows_copied, three_schools

from rotation_planner.collecting import write_school_templates
from rotation_planner.data.writing import write_tables

YAML = "title: 四校2026年度\nas_of: 2026-08-31\npolicy: six.yaml\ndata: .\n"


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbooks as written for the four schools and the bureau, filled with everything."""
    folder = tmp_path_factory.mktemp("templates")
    write_school_templates(folder, three_schools(), yearly=True)
    return folder


@pytest.fixture
def folder(templates: Path, tmp_path: Path) -> Path:
    """The workbooks handed in, to write into."""
    return rows_copied(templates, tmp_path / "handed")


@pytest.fixture
def pen(folder: Path) -> Pen:
    """Writes into the workbooks handed in."""
    return Pen(folder)


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """The four schools as a scenario."""
    target = tmp_path / "scenario"
    write_tables(three_schools(), target)
    (target / "scenario.yaml").write_text(YAML, "utf-8")
    (target / "six.yaml").write_bytes(Path(__file__).with_name("six.yaml").read_bytes())
    return target
