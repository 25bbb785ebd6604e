"""Weakest links: on tiny districts the best patch changes as few others as looking at every plan finds."""

from __future__ import annotations

import math

from many_worlds import in_worlds
from test_answers_improving import plan_of
from worlds import World

from rotation_planner.answers.chains import chains
from rotation_planner.answers.links import weakest_links
from rotation_planner.policy.kinds import Pins


def check_world(world: World) -> None:
    passing = sorted(world.feasible, key=str)
    if not passing:
        return
    one = max(passing, key=lambda each: sum(seat is not None for seat in each))
    plan = plan_of(world, one)
    found = weakest_links(
        world.district, world.policy, plan, world.standing, chains(world.district, plan.transfers), most=3
    )
    pins = world.district.pins
    pinned = set(pins.loc[pins["verdict"] == "move", "staff_id"]) if world.policy.of(Pins) else set()
    movers = [each for each in plan.transfers["staff_id"] if each not in pinned]
    assert found.pinned == len(plan.transfers) - len(movers)
    assert len(found.links) == min(3, len(movers))
    assert found.proven
    forced = {
        staff_id: min(
            (sum(a != b for a, b in zip(other, one, strict=True)) - 1 for other in passing if other[person] is None),
            default=math.inf,
        )
        for staff_id in movers
        for person in [world.district.staff_pos[staff_id]]
    }
    named = [each.staff_id for each in found.links]
    assert sorted((forced[each] for each in named), reverse=True) == sorted(forced.values(), reverse=True)[:3]
    for link in found.links:
        person = world.district.staff_pos[link.staff_id]
        rest = [sum(a != b for a, b in zip(other, one, strict=True)) - 1 for other in passing if other[person] is None]
        assert link.proven
        assert (link.patch is None) == (not rest), link
        if rest:
            assert link.others == min(rest), link
        without = tuple(None if number == person else seat for number, seat in enumerate(one))
        assert (link.breaks > 0) == bool(world.breached(without)), link


test_best_patches, test_best_patches_of_many = in_worlds(check_world, few=15, many=40)
