"""Whom each rule speaks of, solver-free: the standing of each person, open schools and what shuts the others."""

from rotation_planner.eligibility.standing import Stand, Standing, stand

__all__ = ["Stand", "Standing", "stand"]
