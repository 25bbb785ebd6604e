"""Yearly rotation plans for the teachers of an education district.

    import rotation_planner as rp
    scenario = rp.load_scenario("scenarios/tiny")
    outcome = rp.make_plan(scenario)
    rp.write(outcome, scenario, "out/tiny")

Names are looked up when first used: importing the package loads neither pandas nor the solver.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "InputError": "data.problems",
    "Outcome": "run",
    "Plan": "plan.plan",
    "Scenario": "run",
    "SolveOptions": "data.scenario",
    "Status": "plan.plan",
    "chains": "run",
    "collect": "collecting",
    "check": "run.checking",
    "check_policy": "run.checking",
    "compare": "plan.compare",
    "contents": "report.readers",
    "diagnose": "run.diagnosing",
    "explain": "run",
    "explain_school": "run",
    "explainer": "run",
    "generate": "data.generator",
    "horizon": "years",
    "improvements": "run",
    "load_scenario": "run",
    "make_plan": "run",
    "plan_districts": "variants",
    "prices": "run.diagnosing",
    "read_plan": "plan.files",
    "read_policy": "policy.reading",
    "read_assumptions": "years",
    "replan": "run",
    "roll": "years",
    "set_language": "words",
    "stand": "eligibility",
    "tradeoffs": "variants",
    "weakest_links": "run",
    "whatif": "variants",
    "write": "run",
    "write_collected": "collecting",
    "write_district": "data.generator",
    "write_replanned": "run",
    "write_school_template": "collecting",
    "write_school_templates": "collecting",
    "write_template": "data.template",
}
__all__ = ["__version__", "audit", *_HOME]


def __getattr__(name: str) -> Any:
    if name == "audit":
        return importlib.import_module("rotation_planner.audit")
    if name in _HOME:
        return getattr(importlib.import_module(f"rotation_planner.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


class _Judge(ModuleType):
    """The folder ``audit`` that is also the function of that name: ``rp.audit(scenario, plan)``."""

    def __call__(self, scenario: Any, plan: Any) -> Any:
        """Judge a plan against a scenario, see `rotation_planner.run.audit`."""
        from rotation_planner.run import audit

        return audit(scenario, plan)


class _Package(ModuleType):
    """Makes the folder ``audit`` callable as soon as it is imported, whoever imports it first."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "audit" and type(value) is ModuleType:
            value.__class__ = _Judge
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
