"""A scenario as files of its own, by path below its folder, so that it can be sent, changed and planned again alone."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from ruamel.yaml import YAML

from rotation_planner import __version__
from rotation_planner.data import schema
from rotation_planner.data.safetext import neutralise
from rotation_planner.data.scenario import FILE_NAME, ScenarioFile
from rotation_planner.data.writing import as_text
from rotation_planner.data.yamlfile import read_yaml
from rotation_planner.policy.reading import policy_path
from rotation_planner.run.scenario import Scenario, _data_print
from rotation_planner.words import language

Files = dict[str, bytes]
POLICY_FILE = "policy.yaml"
DATA_FOLDER = "data"
WORKBOOK = "data.xlsx"


def to_yaml(content: Any) -> bytes:
    """Plain data as YAML that `read_yaml` gives back unchanged."""
    writer: Any = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.allow_unicode = True
    writer.width = 120
    writer.sort_base_mapping_type_on_output = False
    buffer = io.BytesIO()
    writer.dump(content, buffer)
    return buffer.getvalue()


def packed(file: ScenarioFile) -> tuple[dict[str, Any], Files]:
    """What the scenario's file says, and every other file it speaks of, under names of their own.

    Raises:
        InputError: there is no such policy.
    """
    content = dict(read_yaml(file.path).data)
    files: Files = {POLICY_FILE: policy_path(file.policy, file.folder).read_bytes()}
    content["policy"] = POLICY_FILE
    if file.data.is_dir():
        content["data"] = DATA_FOLDER
        for path in sorted(file.data.iterdir()):
            if path.suffix.lower() == ".csv" and path.is_file() and schema.find_table(path.stem):
                files[f"{DATA_FOLDER}/{path.name}"] = path.read_bytes()
    else:
        content["data"] = WORKBOOK
        files[WORKBOOK] = file.data.read_bytes()
    papers = dict(content.get("papers") or {})
    if file.papers.holidays is not None:
        papers["holidays"] = "holidays.csv"
        files["holidays.csv"] = file.papers.holidays.read_bytes()
    if file.papers.templates is not None:
        papers["templates"] = "templates"
        for path in sorted(each for each in file.papers.templates.rglob("*") if each.is_file()):
            files["templates/" + path.relative_to(file.papers.templates).as_posix()] = path.read_bytes()
    if papers:
        content["papers"] = papers
    return content, files


def packed_scenario(scenario: Scenario) -> tuple[dict[str, Any], Files]:
    """The same of a scenario as it stands in memory, its changes included."""
    content, files = packed(scenario.file)
    content["title"] = scenario.file.title
    content["adjust"] = dict(scenario.changes)
    if scenario.fingerprints.get("data") != _data_print(scenario.file.data):
        files = {name: each for name, each in files.items() if not _is_data(name)}
        files |= tables_as_files(scenario.district.frames)
        content["data"] = DATA_FOLDER
    return content, files


def _is_data(name: str) -> bool:
    return name == WORKBOOK or name.startswith(DATA_FOLDER + "/")


def tables_as_files(frames: Mapping[str, pd.DataFrame]) -> Files:
    """Tables in normal form as CSV files of a scenario; one without rows has none."""
    found: Files = {}
    for table in schema.TABLES:
        frame = frames.get(table.key)
        if frame is None or not (len(frame) or table.due):
            continue
        headings, columns = as_text(table.key, frame)
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer)
        writer.writerow([neutralise(each) for each in headings])
        cells = ([neutralise(each) for each in texts] if risky else texts for texts, risky in columns)
        writer.writerows(zip(*cells, strict=True))
        found[f"{DATA_FOLDER}/{table.key}.csv"] = buffer.getvalue().encode("utf-8-sig")
    return found


def with_tables(content: dict[str, Any], files: Files, frames: Mapping[str, pd.DataFrame], changed: set[str]) -> Files:
    """The files with changed tables: those alone where each table is a file, all anew in the place of a workbook."""
    if content["data"] == WORKBOOK:
        content["data"] = DATA_FOLDER
        kept = {name: each for name, each in files.items() if not _is_data(name)}
        return {**kept, **tables_as_files(frames)}
    kept = {name: each for name, each in files.items() if not (_is_data(name) and _table_of(name) in changed)}
    return {**kept, **tables_as_files({key: frames[key] for key in sorted(changed)})}


def _table_of(name: str) -> str:
    table = schema.find_table(Path(name).stem)
    return "" if table is None else table.key


def whole(content: Mapping[str, Any], files: Files) -> Files:
    """All files of the scenario, its own among them."""
    return {FILE_NAME: to_yaml(dict(content)), **files}


def sharing(content: Mapping[str, Any], processors: int) -> dict[str, Any]:
    """What a scenario's file says, with so many processors for the search where it leaves their number open."""
    solve = dict(content.get("solve") or {})
    return {**content, "solve": {**solve, "workers": solve.get("workers") or processors}}


def fingerprint(files: Files, more: str = "") -> str:
    """SHA-256 of a scenario's files, the version of the package, and the language that its results are told in."""
    found = hashlib.sha256(f"{__version__}\n{language()}\n{more}\n".encode())
    for name in sorted(files):
        found.update(f"{name}\n{len(files[name])}\n".encode())
        found.update(files[name])
    return found.hexdigest()


def unpack(files: Files, folder: Path) -> None:
    """Write the files below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
