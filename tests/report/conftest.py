from __future__ import annotations

from pathlib import Path

import pytest
from invented import TITLE, turnover

from rotation_planner.report import write_reports
from rotation_planner.words import speaking


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all reports of the invented district, in Chinese."""
    return _write(tmp_path_factory.mktemp("reports"))


@pytest.fixture(scope="session")
def written_in_english(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in English."""
    with speaking("en"):
        return _write(tmp_path_factory.mktemp("reports_en"))


def _write(folder: Path) -> Path:
    found = turnover()
    write_reports(folder, found.district, found.policy, found.standing, found.plan, found.audit, TITLE)
    return folder
