"""``explain``: why a person goes, stays, or does not go there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rotation_planner.cli.guarding import DONE, PATH, argument, command, option, reading
from rotation_planner.cli.program import program
from rotation_planner.cli.screen import Screen
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.words import say

if TYPE_CHECKING:
    from rotation_planner.eligibility import Standing
    from rotation_planner.plan.plan import Plan
    from rotation_planner.run import Scenario


@command(program, "explain")
@argument("scenario", type=PATH)
@argument("plan", type=PATH)
@option("--staff", required=True, metavar="ID")
@option("--to", metavar="SCHOOL")
def explain(screen: Screen, scenario: Path, plan: Path, staff: str, to: str | None) -> int:
    """The person's standing with its rules and facts, the plan's word, and which rules shut a school."""
    from rotation_planner.eligibility import stand
    from rotation_planner.plan.files import read_plan
    from rotation_planner.run import complete, load_scenario

    with screen.busy(say("cli.reading", path=scenario)):
        found = reading(scenario, lambda: load_scenario(scenario))
        given = reading(plan, lambda: read_plan(plan))
    person = _position(staff, found.district.staff_pos, "explain_unknown_person")
    school = None if to is None else _position(to, found.district.school_pos, "explain_unknown_school")
    with screen.busy(say("cli.judging")):
        standing = stand(found.district, found.policy, draw=found.file.solve.draw)
    told: dict[str, Any] = {
        **_who(found, person),
        **_standing(found, standing, person),
        "facts": _facts(standing, person),
        "plan": _in_plan(complete(found, given), str(found.district.staff["staff_id"].iat[person])),
        "to": None if school is None else _opening(found, standing, person, school),
    }
    _show(screen, told)
    screen.document({"exit_code": DONE, **told})
    return DONE


def _position(code: str, known: dict[str, int], problem: str) -> int:
    from rotation_planner.data.rawtable import Nearest
    from rotation_planner.plan.files import lost_zeros

    code = code.strip()
    code = lost_zeros([code], known).get(code, code)
    if code not in known:
        raise InputError([Problem(Severity.ERROR, problem, code, value=code, values={"nearest": Nearest(code, known)})])
    return known[code]


def _rules(scenario: Scenario, ids: Iterable[str]) -> list[dict[str, str]]:
    """Each rule with its sentence and source."""
    from rotation_planner.policy.wording import sentence

    known = scenario.policy.by_id
    return [{"id": name, "words": sentence(known[name]), "source": known[name].source} for name in ids if name in known]


def _who(scenario: Scenario, person: int) -> dict[str, Any]:
    row = scenario.district.staff.iloc[person]
    schools = scenario.district.schools
    school = schools["name"].iat[scenario.district.school_pos[row["school_id"]]]
    return {"staff_id": row["staff_id"], "name": row["name"], "school_id": row["school_id"], "school": school}


def _standing(scenario: Scenario, standing: Standing, person: int) -> dict[str, Any]:
    named = {**standing.eligible, **standing.deferred, **standing.barred, **standing.volunteer}
    ids = [rule for rule, people in named.items() if people[person]]
    stand = str(standing.stand[person])
    if not ids and stand == "outside":
        ids = [scenario.policy.scope.id]
    return {
        "standing": stand,
        "due": bool(standing.any_due[person]),
        "candidate": bool(standing.candidate[person]),
        "rules": _rules(scenario, ids),
    }


def _facts(standing: Standing, person: int) -> dict[str, Any]:
    """What the rules look at: age, lengths of service, position, and what is registered for the person."""
    from rotation_planner.policy.selectors import Stay

    facts = standing.facts
    row = facts.district.staff.iloc[person]
    told: dict[str, Any] = {"sex": row["sex"], "age": _whole(facts.of_people("age")[person])}
    for name, place in (("years_in_school", "school"), ("years_in_post", "post_here"), ("years_of_service", "career")):
        stay = Stay.model_validate({"in": place})
        told[name] = _whole(facts.stay(stay)[person])
    for name in ("position", "stage", "subject", "title", "backbone"):
        told[name] = row[name]
    day = facts.district.as_of
    rows = facts.district.exemptions
    for _, each in rows[rows["staff_id"] == row["staff_id"]].iterrows():
        ends = each["end"]
        if (each["start"] != each["start"] or each["start"].date() <= day) and (ends != ends or ends.date() >= day):
            told.setdefault("exemptions", []).append(each["kind"])
    for table, column in (("pins", "verdict"), ("applications", "school_id")):
        rows = getattr(facts.district, table)
        found = rows.loc[rows["staff_id"] == row["staff_id"], column].tolist()
        if found:
            told[table] = found
    return told


def _whole(value: float) -> int | None:
    return None if value != value else int(value)


def _in_plan(plan: Plan, staff_id: str) -> dict[str, Any]:
    """What the plan does with the person."""
    moves = plan.transfers[plan.transfers["staff_id"] == staff_id]
    if len(moves):
        return {"moves": True, **{key: moves.iloc[0][key] for key in moves.columns}}
    stays = plan.deferred[plan.deferred["staff_id"] == staff_id]
    return {"moves": False, "why": stays.iloc[0]["why"] if len(stays) else ""}


def _opening(scenario: Scenario, standing: Standing, person: int, school: int) -> dict[str, Any]:
    """Whether a school is open to the person, and the rules that shut it."""
    from rotation_planner.eligibility.openings import open_schools

    row = open_schools(scenario.district, scenario.policy, standing, person).iloc[school]
    ids = [name for name in str(row["rules"]).split(";") if name]
    return {
        "school_id": row["school_id"],
        "name": row["name"],
        "open": bool(row["open"]),
        "present": bool(scenario.district.staff_school[person] == school),
        "rules": _rules(scenario, ids),
    }


def _show(screen: Screen, told: dict[str, Any]) -> None:
    screen.tell(say("explain.who", **{key: told[key] for key in ("name", "staff_id", "school", "school_id")}), "bold")
    screen.tell(say(f"explain.standing_{told['standing']}"))
    if told["due"]:
        screen.tell(say("explain.due"))
    _show_rules(screen, told["rules"])
    rows = [(say(f"explain.fact_{name}"), _shown(name, value)) for name, value in told["facts"].items() if value != ""]
    screen.table(say("explain.facts"), ("", ""), rows)
    plan = told["plan"]
    if plan["moves"]:
        screen.tell(say("explain.goes", school=plan["to_school"] or plan["to_school_id"], reason=plan["reason"]))
    else:
        screen.tell(say("explain.stays_because", why=plan["why"]) if plan["why"] else say("explain.stays"))
    to = told["to"]
    if to is not None:
        name = "present" if to["present"] else "open" if to["open"] else "shut"
        screen.tell(say(f"explain.school_{name}", school=to["name"]))
        _show_rules(screen, to["rules"])


def _show_rules(screen: Screen, rules: list[dict[str, str]]) -> None:
    for rule in rules:
        screen.tell(say("explain.rule", **rule))


def _shown(name: str, value: Any) -> str:
    from rotation_planner.data import schema
    from rotation_planner.words import language

    if value is None:
        return say("cli.unknown")
    values = value if isinstance(value, list) else [value]
    listed = {
        "sex": schema.SEXES,
        "position": schema.POSITIONS,
        "stage": schema.STAGES,
        "title": schema.TITLES,
        "backbone": schema.BACKBONES,
        "exemptions": schema.EXEMPTIONS,
        "pins": schema.VERDICTS,
    }.get(name, {})
    return say("policy.list_separator").join(schema.label(listed, str(each), language()) for each in values)
