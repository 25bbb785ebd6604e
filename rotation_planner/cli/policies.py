"""``policy show``, ``policy check`` and ``policy list``: packs in plain words, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rotation_planner.cli.guarding import DONE, NO, PATH, UNUSABLE, argument, command, option, reading
from rotation_planner.cli.program import program
from rotation_planner.cli.screen import Screen, show
from rotation_planner.cli.showing import LIMIT, counts, problem_tables
from rotation_planner.cli.speaking import Group, language_option
from rotation_planner.data.problems import InputError, Problem
from rotation_planner.policy.citing import cited
from rotation_planner.words import has, language, say

if TYPE_CHECKING:
    from rotation_planner.policy.policy import Policy
    from rotation_planner.run.meaning import Held

CLASHING = ("clash_few", "clash_many", "clash_clash")  # no plan can keep the rules that these speak of

policy = Group("policy", no_args_is_help=True, params=[language_option()])
program.add_command(policy)


@command(policy, "show")
@argument("pack")
def show_pack(screen: Screen, pack: str) -> int:
    """A pack in plain words, each rule with its source."""
    from rotation_planner.policy.reading import read_policy
    from rotation_planner.policy.wording import plain_words

    found = reading(pack, lambda: read_policy(pack))
    text = plain_words(found)
    screen.tell(text.rstrip("\n"))
    screen.document({"exit_code": DONE, **_document(found), "text": text})
    return DONE


@command(policy, "check")
@argument("file")
@argument("scenario", type=PATH, required=False)
@option("--limit", type=click.IntRange(min=0), default=LIMIT, show_default=True, metavar="N")
def check(screen: Screen, file: str, scenario: Path | None, limit: int) -> int:
    """Validates a pack; on a scenario says what it holds there, what never binds and what clashes."""
    from rotation_planner.policy.reading import policy_path, read_policy

    found: Policy | None = None
    problems: Sequence[Problem] = ()
    held: list[Held] = []
    try:
        found = reading(file, lambda: read_policy(str(policy_path(file))))
        if scenario is not None:
            with screen.busy(say("cli.reading", path=scenario)):
                held, problems = _meaning(file, scenario)
    except InputError as error:
        problems, found = error.problems, None
    clashing = sum(each.code in CLASHING for each in problems)
    code = UNUSABLE if found is None else NO if clashing else DONE
    told = counts(problems)
    summed = {"clashes": clashing, "warnings": told["warnings"] - clashing, "notes": told["notes"]}
    if screen.speaks:
        _tell_held(screen, held)
        for each in problem_tables(problems, limit):
            show(screen.out, each)
    elif (found is None or clashing) and not screen.as_json:
        screen.warn(say("meaning.summary", **summed) if found is not None else say("cli.unusable", **told))
    if found is None:
        screen.tell(say("meaning.not_read", **told), "bold red")
    else:
        parts = {name: len(getattr(found, name)) for name in ("rules", "populations", "scores", "goals")}
        screen.tell(say("meaning.read", pack=found.pack, title=found.title[language()], **parts), "bold green")
    if found is not None and scenario is not None:
        screen.tell(say("meaning.summary", **summed), "bold red" if clashing else None)
    screen.document(
        {
            "exit_code": code,
            "usable": found is not None,
            **(_document(found) if found is not None else {}),
            "counts": told,
            "holds": [{"part": e.part, "id": e.id, "name": e.name, "figures": dict(e.figures)} for e in held],
            "problems": [each.as_dict() for each in problems],
        }
    )
    return code


check.words_key = "command.policy_check"  # another command is named check too


def _meaning(file: str, scenario: Path) -> tuple[list[Held], list[Problem]]:
    """What the policy holds in the scenario, and the remarks on it; the scenario's own problems are for ``check``."""
    from rotation_planner.run import load_scenario
    from rotation_planner.run.meaning import Meaning
    from rotation_planner.run.remarks import Remarks

    meaning = Meaning(reading(scenario, lambda: load_scenario(scenario, policy_file=file)))
    return list(meaning.held()), list(Remarks(meaning))


def _tell_held(screen: Screen, held: list[Held]) -> None:
    if held:
        rows = [(_part(each.part), each.id, each.name, str(each)) for each in held]
        headings = [say(f"meaning.{name}") for name in ("part", "id", "name", "figures")]
        screen.table(say("meaning.held"), headings, rows)


def _part(part: str) -> str:
    return say(f"kind.{part}") if has(f"kind.{part}") else say(f"meaning.part_{part}")


@command(policy, "list")
def list_packs(screen: Screen) -> int:
    """The packs that come with the package."""
    from rotation_planner.policy.reading import packs, read_policy

    found = {name: reading(name, partial(read_policy, name)) for name in packs()}
    rows = [(name, each.title[language()], len(each.active), cited(each.source)) for name, each in found.items()]
    screen.table(
        say("cli.packs"), [say(f"cli.{name}") for name in ("pack", "title", "rules", "source")], rows, right=(2,)
    )
    screen.document(
        {
            "exit_code": DONE,
            "packs": [
                {"pack": name, "title": dict(each.title), "source": each.source, "rules": len(each.active)}
                for name, each in found.items()
            ],
        }
    )
    return DONE


def _document(policy: Policy) -> dict[str, Any]:
    from rotation_planner.policy.wording import sentence

    return {
        "pack": policy.pack,
        "title": dict(policy.title),
        "source": policy.source,
        "rules": [
            {
                "id": rule.id,
                "kind": rule.kind,
                "force": rule.force,
                "rank": rule.rank,
                "enabled": rule.enabled,
                "words": sentence(rule),
                "source": rule.source,
            }
            for rule in policy.rules
        ],
        "goals": [{"id": level.id, "words": level.words[language()]} for level in policy.goals],
    }
