"""Who is spoken of at all, who need not go, who may not, and who may though nothing obliges them."""

from __future__ import annotations

from typing import Literal

from rotation_planner.policy.kinds.base import Rule, RuleId
from rotation_planner.policy.selectors import Selector, Stage


class Scope(Rule):
    """Only people of ``who`` move, and only to ``schools``, to teach in ``stages``.

    Of the people in scope only those move who are eligible under a duty, are volunteers, or are pinned ``move`` or
    ``to``; anybody else in a plan is a breach of this rule.
    """

    kind: Literal["scope"]
    who: Selector
    schools: Selector
    stages: tuple[Stage, ...]


class Defer(Rule):
    """People of ``when`` are deferred from the ``duties`` (all when empty) and do not move, unless they are eligible
    under another duty that nothing defers them from.

    A pin ``move`` or ``to`` of the bureau, or (``if_applied``) the person's own application, lets them move all the
    same.
    """

    kind: Literal["defer"]
    when: Selector
    duties: tuple[RuleId, ...] = ()
    if_applied: bool = False


class Bar(Rule):
    """People of ``who`` may not move, whatever else is true of them (a pin excepted)."""

    kind: Literal["bar"]
    who: Selector


class Volunteer(Rule):
    """People of ``who`` may move though no duty sends them."""

    kind: Literal["volunteer"]
    who: Selector


class Pins(Rule):
    """What the bureau has fixed for single people holds: must move, must stay, to this school, not to that one."""

    kind: Literal["pins"]
