"""Writes what came of collecting: the reports always, the scenario where it is usable; all of it or nothing."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rotation_planner import __version__
from rotation_planner.collecting.books import SchoolReports, clean, write_overview
from rotation_planner.collecting.collected import Collected, in_words
from rotation_planner.collecting.marking import MARK, REPORTS, written
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.reading import read_district
from rotation_planner.data.safetext import neutralise
from rotation_planner.data.scenario import FILE_NAME, SolveOptions
from rotation_planner.data.writing import write_tables
from rotation_planner.plan.staging import to_json, working
from rotation_planner.policy.reading import packs
from rotation_planner.report.naming import file_names


def write_collected(collected: Collected, out: Path | str) -> Path:
    """Writes the scenario (``scenario.yaml`` and a CSV file a table) into ``out``, where there is one, and always
    ``reports/``: ``overview.xlsx`` and ``doubts.csv`` for the bureau, a workbook a school below ``schools/``.

    What an earlier collecting wrote there is replaced, a scenario that is no longer usable taken away; other files are
    left alone.

    Raises:
        InputError: ``out`` cannot be used: not a folder, not writable, a scenario of other making.
    """
    out = Path(out)
    check_place(out)
    with working(out) as work:
        new = work / "collected"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        try:
            _write_reports(collected, new / REPORTS)
            if collected.district is not None:
                _write_scenario(collected, new)
            names = sorted(p.relative_to(new).as_posix() for p in new.rglob("*") if p.is_file())
            content = {"usable": collected.usable, **collected.counts, "version": __version__, "files": names}
            (new / MARK).write_text(to_json(content), "utf-8", newline="\n")
            _place(new, out, names)
        finally:
            shutil.rmtree(new, ignore_errors=True)
    return out


def check_place(out: Path) -> None:
    """Tells at once what `write_collected` would refuse.

    Raises:
        InputError: ``out`` is no folder, or holds a scenario that no collecting wrote.
    """
    if out.exists() and not out.is_dir():
        raise InputError([Problem(Severity.ERROR, "out_not_folder", str(out), value=str(out))])
    if (out / FILE_NAME).exists() and FILE_NAME not in written(out):
        raise InputError([Problem(Severity.ERROR, "out_is_scenario", str(out), value=str(out))])


def _place(new: Path, out: Path, names: list[str]) -> None:
    """Takes the former files away and moves the new ones in, the mark first out and last in: a folder with a mark is
    whole."""
    former = written(out)
    (out / MARK).unlink(missing_ok=True)
    for name in former - set(names):
        (out / name).unlink(missing_ok=True)
    for name in names:
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(new / name, target)
    os.replace(new / MARK, out / MARK)


def _write_reports(collected: Collected, folder: Path) -> None:
    schools = folder / "schools"
    schools.mkdir(parents=True)
    write_overview(collected, folder / "overview.xlsx")
    told = in_words(collected.open)
    for name in told.columns:
        if told[name].dtype != "float64" and told[name].dtype != "int64":
            told[name] = [neutralise(str(clean(cell))) if isinstance(cell, str) else cell for cell in told[name]]
    (folder / "doubts.csv").write_bytes(told.to_csv(index=False, lineterminator="\n").encode("utf-8-sig"))
    reports = SchoolReports(collected)
    codes = collected.schools
    unknown = [each for each in collected.handed if not each.bureau and not each.schools]
    bureaus = [each for each in collected.handed if each.bureau and collected.problems_of(each)]
    labels = [f"{code}-{collected.ground.school_name(code)}" for code in codes]
    labels += [each.name.removesuffix(".xlsx").replace("/", "-") for each in (*unknown, *bureaus)]
    names = file_names(labels)
    for code, name in zip(codes, names, strict=False):
        reports.write(code, schools / f"{name}.xlsx")
    for each, name in zip((*unknown, *bureaus), names[len(codes) :], strict=True):
        reports.write_unknown(each, (schools if each in unknown else folder) / f"{name}.xlsx")


def _write_scenario(collected: Collected, folder: Path) -> None:
    district = collected.district
    if district is None:
        raise ValueError("no district to write")
    write_tables(district, folder)
    settings = collected.settings
    policy, path = collected.policy, Path(settings["policy_path"])
    if policy not in packs():
        shutil.copyfile(path, folder / policy)
    text = _yaml(collected, policy, settings)
    (folder / FILE_NAME).write_text(text, "utf-8", newline="\n")
    again, _ = read_district(folder, collected.as_of)
    if any(len(frame) != len(getattr(again, key)) for key, frame in district.frames.items()):
        raise ValueError("the scenario does not read back")


def _yaml(collected: Collected, policy: str, settings: Mapping[str, Any]) -> str:
    """``scenario.yaml``; texts and changes stand as JSON, which YAML reads alike."""

    def told(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, default=str)

    options = settings.get("solve") or SolveOptions()
    solve = {"time_limit": options.time_limit, "gap": options.gap, "workers": options.workers, "seed": options.seed}
    if options.draw is not None:
        solve["draw"] = options.draw
    if options.repeatable:
        solve["repeatable"] = True
    lines = [
        f"title: {told(collected.title)}",
        f"as_of: {collected.as_of.isoformat()}",
        f"policy: {told(policy)}",
        "data: .",
        f"adjust: {told(dict(settings.get('adjust') or {}))}",
        f"solve: {told(solve)}",
    ]
    return "\n".join(lines) + "\n"
