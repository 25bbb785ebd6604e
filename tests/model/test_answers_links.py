"""Weakest links: on tiny districts the best patch changes as few others as looking at every plan finds."""

from __future__ import annotations

import math

import pytest
from many_worlds import in_worlds
from test_answers_improving import plan_of
from worlds import World

from rotation_planner.answers import patches
from rotation_planner.answers.chains import chains
from rotation_planner.answers.links import Links, weakest_links
from rotation_planner.policy.kinds import Pins


def check_world(world: World) -> None:
    """Of a district of few arcs everything is proven."""
    found = checked(world)
    assert found is None or (found.proven and all(each.proven for each in found.links))


def check_as_large(world: World) -> None:
    """What is proven of a large district, where not all columns are looked at, is so."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patches, "FEW_ARCS", -1)
        checked(world)


def checked(world: World) -> Links | None:
    passing = sorted(world.feasible, key=str)
    if not passing:
        return None
    one = max(passing, key=lambda each: sum(seat is not None for seat in each))
    plan = plan_of(world, one)
    found = weakest_links(
        world.district, world.policy, plan, world.standing, chains(world.district, plan.transfers), most=3
    )
    pins = world.district.pins
    pinned = set(pins.loc[pins["verdict"].isin(["move", "to"]), "staff_id"]) if world.policy.of(Pins) else set()
    movers = [each for each in plan.transfers["staff_id"] if each not in pinned]
    assert found.pinned == len(plan.transfers) - len(movers)
    assert len(found.links) == min(3, len(movers))
    forced = {
        staff_id: min(
            (sum(a != b for a, b in zip(other, one, strict=True)) - 1 for other in passing if other[person] is None),
            default=math.inf,
        )
        for staff_id in movers
        for person in [world.district.staff_pos[staff_id]]
    }
    named = [each.staff_id for each in found.links]
    if found.proven:
        assert sorted((forced[each] for each in named), reverse=True) == sorted(forced.values(), reverse=True)[:3]
    for link in found.links:
        least, told = forced[link.staff_id], math.inf if link.patch is None else link.others
        assert told == least if link.proven else told >= least, link
        if link.patch is not None:  # the patch that is shown is a plan, and changes as many as is said
            assert link.staff_id not in set(link.patch.transfers["staff_id"])
            assert link.changes is not None
        without = tuple(
            None if number == world.district.staff_pos[link.staff_id] else seat for number, seat in enumerate(one)
        )
        assert (link.breaks > 0) == bool(world.breached(without)), link
    return found


test_best_patches, test_best_patches_of_many = in_worlds(check_world, few=15, many=40)
test_best_patches_as_of_large_districts, test_patches_as_of_large_districts_of_many = in_worlds(
    check_as_large, few=15, many=60
)
