"""``policy show`` and ``policy list``: packs in plain words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from rotation_planner.cli.guarding import DONE, argument, command, reading
from rotation_planner.cli.program import program
from rotation_planner.cli.screen import Screen
from rotation_planner.cli.speaking import Group, language_option
from rotation_planner.words import language, say

if TYPE_CHECKING:
    from rotation_planner.policy.policy import Policy

policy = Group("policy", no_args_is_help=True, params=[language_option()])
program.add_command(policy)


@command(policy, "show")
@argument("pack")
def show(screen: Screen, pack: str) -> int:
    """A pack in plain words, each rule with its source."""
    from rotation_planner.policy.reading import read_policy
    from rotation_planner.policy.wording import plain_words

    found = reading(pack, lambda: read_policy(pack))
    text = plain_words(found)
    screen.tell(text.rstrip("\n"))
    screen.document({"exit_code": DONE, **_document(found), "text": text})
    return DONE


@command(policy, "list")
def list_packs(screen: Screen) -> int:
    """The packs that come with the package."""
    from rotation_planner.policy.reading import packs, read_policy

    found = {name: reading(name, partial(read_policy, name)) for name in packs()}
    rows = [(name, each.title[language()], len(each.active), each.source) for name, each in found.items()]
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
