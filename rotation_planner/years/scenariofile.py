"""The scenario's file of the next year: same settings, another day."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from rotation_planner.data.papers import DAYS, PATHS
from rotation_planner.policy.reading import packs, policy_path
from rotation_planner.run.scenario import Scenario
from rotation_planner.years.settings import retitled


def write_scenario_file(scenario: Scenario, folder: Path, day: dt.date, changes: Mapping[str, Any]) -> list[str]:
    """Write ``scenario.yaml`` of the next year into ``folder``; files that it names beside the data go along.

    Title, numbers of papers and reasons that name the year name the next; the days of this year's papers are left out.
    The keys of the papers that were left out are returned.
    """
    file = scenario.file
    parser = YAML()
    parser.preserve_quotes = True
    parser.width = 4096
    parser.allow_unicode = True
    content = parser.load(file.path.read_text("utf-8-sig")) if file.path.is_file() else {}
    years = (scenario.district.as_of.year, day.year)
    content["title"] = retitled(scenario.title, *years)
    content["as_of"] = day
    content["policy"] = _policy(scenario, folder)
    content["data"] = "."
    content["adjust"] = plain(changes)
    dropped = []
    papers = content.get("papers")
    if isinstance(papers, dict):
        for key in [each for each in papers if each in DAYS and day != scenario.district.as_of]:
            del papers[key]
            dropped.append(str(key))
        if isinstance(papers.get("number"), str):
            papers["number"] = retitled(str(papers["number"]), *years)
        for key in PATHS:
            if papers.get(key):
                papers[key] = _along(file.path.parent / str(papers[key]), folder)
    text = StringIO()
    parser.dump(content, text)
    (folder / "scenario.yaml").write_text(text.getvalue(), "utf-8", newline="\n")
    return dropped


def _policy(scenario: Scenario, folder: Path) -> str:
    """The name of the pack, or the policy's file brought along."""
    name = scenario.file.policy
    path = policy_path(name, scenario.file.folder)
    own = next((each for each, place in packs().items() if place.resolve() == path.resolve()), None)
    return own if own is not None else _along(path, folder)


def _along(path: Path, folder: Path) -> str:
    if path.is_dir():
        shutil.copytree(path, folder / path.name, dirs_exist_ok=True)
    else:
        shutil.copy(path, folder / path.name)
    return path.name


def plain(value: Any) -> Any:
    """What a policy's changes hold as YAML can write it."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value if isinstance(value, (str, int, float, bool, dt.date)) or value is None else str(value)
