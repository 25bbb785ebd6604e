"""Whether a scenario, or a policy, can be used, and everything that is to say of it: nothing is raised, all is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.plan.showing import as_html, worded
from rotation_planner.run.scenario import Scenario, load_scenario, problem_frame
from rotation_planner.words import has, language, say

if TYPE_CHECKING:
    from rotation_planner.policy.policy import Policy
    from rotation_planner.run.meaning import Held

MOST_ROWS = 60
LONGEST = 40  # characters of what is written in a file


@dataclass(frozen=True, eq=False)
class Checked:
    """What came of a check.

    ``usable``: there is no error. ``problems``: errors, warnings and notes. ``scenario``, ``policy``: what was read
    where it could be. ``held``: how many people each part of the policy holds in the scenario, where that was asked.
    """

    headline: str
    problems: tuple[Problem, ...]
    scenario: Scenario | None = None
    policy: Policy | None = None
    held: tuple[Held, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether there is no error."""
        return not any(each.severity is Severity.ERROR for each in self.problems)

    def tables(self) -> dict[str, pd.DataFrame]:
        """What people read: problems, and what the policy holds, under headings."""
        found = worded(told(self.problems), "problem_column")
        rows = [(_part(each), each.id, each.name, str(each)) for each in self.held]
        heads = [say(f"meaning.{name}") for name in ("part", "id", "name", "figures")]
        return {say("showing.problems"): found, say("meaning.held"): pd.DataFrame(rows, columns=heads)}

    def __str__(self) -> str:
        parts = [f"{title}\n{frame.to_string(index=False)}" for title, frame in self.tables().items() if len(frame)]
        return "\n\n".join([self.headline, *parts])

    def __repr__(self) -> str:
        return self.headline

    def _repr_html_(self) -> str:
        return as_html(self.headline, self.tables(), most_rows=MOST_ROWS)


def check(path: Path | str) -> Checked:
    """Check a scenario, its folder or its ``scenario.yaml``: data and policy, and numbers of rules that cannot all be
    kept."""
    from rotation_planner.run.remarks import clashes

    try:
        scenario = load_scenario(path)
    except InputError as error:
        return Checked(_headline("showing.check_bad", error.problems), error.problems)
    problems = (*scenario.problems, *clashes(scenario))
    return Checked(_headline("showing.check_good", problems), problems, scenario, scenario.policy)


def check_policy(file: Path | str, scenario: Path | str | None = None) -> Checked:
    """Check a policy, a pack's name or a file; on a scenario also say how many people each of its parts holds there,
    what can never bind and what clashes."""
    from rotation_planner.policy.reading import policy_path, read_policy

    found: Scenario | None = None
    held: tuple[Held, ...] = ()
    problems: tuple[Problem, ...] = ()
    try:
        policy = read_policy(str(policy_path(str(file))))
        if scenario is not None:
            from rotation_planner.run.meaning import Meaning
            from rotation_planner.run.remarks import Remarks

            found = load_scenario(scenario, policy_file=file)
            meaning = Meaning(found)
            held, problems = tuple(meaning.held()), tuple(Remarks(meaning))
    except InputError as error:
        return Checked(_headline("showing.policy_bad", error.problems), error.problems)
    parts = {name: len(getattr(policy, name)) for name in ("rules", "goals")}
    headline = say("showing.policy_good", title=policy.title[language()], **parts)
    return Checked(headline, problems, found, policy, held)


def told(problems: tuple[Problem, ...]) -> pd.DataFrame:
    """The problems with their severity in words; columns that are blank throughout are left out."""
    frame = problem_frame(problems)
    if frame.empty:
        return frame
    frame["severity"] = [say(f"showing.{each}") for each in frame["severity"]]
    frame["row"] = ["" if each.row is None else str(each.row) for each in problems]
    frame["value"] = ["" if each.value is None else str(each.value) for each in problems]
    frame["value"] = frame["value"].where(frame["value"].str.len() <= LONGEST, frame["value"].str[:LONGEST] + "…")
    return frame[[name for name in frame.columns if frame[name].astype(object).fillna("").ne("").any()]]


def _headline(key: str, problems: tuple[Problem, ...]) -> str:
    return say(key, **{f"{each.value}s": sum(p.severity is each for p in problems) for each in Severity})


def _part(held: Held) -> str:
    return say(f"kind.{held.part}") if has(f"kind.{held.part}") else say(f"meaning.part_{held.part}")
