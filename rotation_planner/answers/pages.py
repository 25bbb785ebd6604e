"""The three texts of one answer: in full for the bureau, short for the person, redacted for the public.

The last two are put together from clauses, goals in words and the person's own facts alone. They tell no number of a
goal, no other person, nobody's points, and of rules that turn on health, family, sanctions or on how others rank only
that there is one: from "the only other candidate" or a goal's change by one, somebody could be inferred.
"""

from __future__ import annotations

from collections.abc import Iterator

from rotation_planner.answers.explanation import Explanation, WhyNot
from rotation_planner.answers.person import fact_words
from rotation_planner.audit.writing import cell
from rotation_planner.data import schema
from rotation_planner.data.showing import text_html
from rotation_planner.policy.citing import cited
from rotation_planner.policy.kinds import Merit, Order, Rule
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.wording import label, sentence
from rotation_planner.words import language, say

READERS = ("bureau", "person", "public")
# Rules that turn on somebody's health, family, sanctions or rank, or on the bureau's word about a person.
GUARDED = ("defer", "bar", "kin", "together", "merit", "pins")
PLAIN_FACTS = ("years_in_school", "years_in_post", "years_of_service")


def page(told: Explanation, reader: str = "bureau") -> str:
    """The page for a reader, as Markdown."""
    lines = {"bureau": _bureau, "person": _person, "public": _public}[reader](told)
    return "\n".join(lines).rstrip() + "\n"


def page_html(told: Explanation) -> str:
    """The bureau's page in a notebook."""
    return text_html(page(told))


# ---- the bureau ------------------------------------------------------------------------------------------------------


def _bureau(told: Explanation) -> Iterator[str]:
    policy = told.policy
    yield "# " + _who(told)
    yield ""
    yield _planned(told)
    yield ""
    yield say("answer.why_me")
    yield ""
    yield "- " + say(f"explain.standing_{told.standing}")
    if told.due:
        yield "- " + say("explain.due")
    for rule in _of(policy, told.rules):
        source = cell(cited(rule.source))
        yield "- " + say("explain.rule", id=rule.id, words=cell(sentence(rule)), source=source).strip()
    facts = [
        say("answer.fact", name=say(f"explain.fact_{name}"), value=cell(fact_words(name, value)))
        for name, value in told.facts.items()
        if value not in ("", None) and (not isinstance(value, list) or any(value))
    ]
    yield "- " + say("answer.facts", facts=say("audit.clause_separator").join(facts))
    if told.staying is not None:
        yield "- " + _why_not(told.staying, policy)
    yield ""
    if told.moves:
        yield from _why_there(told)
    asked = [*told.wishes, *([] if told.to is None else [told.to])]
    if asked:
        yield say("answer.why_not")
        yield ""
        yield from ("- " + _why_not(each, policy) for each in asked)
        yield ""
    different = [line for each in (*asked, told.staying) if each is not None for line in _different(each, policy)]
    if different:
        yield say("answer.different")
        yield ""
        yield from ("- " + line for line in different)
        yield ""
    yield from _gains(told)


def _who(told: Explanation) -> str:
    return say(
        "explain.who",
        name=cell(told.name),
        staff_id=cell(told.staff_id),
        school=cell(told.school),
        school_id=cell(told.school_id),
    )


def _planned(told: Explanation) -> str:
    if told.moves:
        school = told.plan["to_school"] or told.plan["to_school_id"]
        return say("explain.goes", school=cell(school), reason=cell(told.plan["reason"]))
    why = str(told.plan["why"])
    return say("explain.stays_because", why=cell(why)) if why else say("explain.stays")


def _why_there(told: Explanation) -> Iterator[str]:
    yield say("answer.why_there")
    yield ""
    yield "- " + say("answer.open_schools", count=told.open_schools)
    if told.km is not None:
        yield "- " + say("answer.km", km=f"{told.km:.1f}")
    needs = told.needs
    if needs:
        stage = schema.label(schema.STAGES, told.plan["stage"], language())
        values = {"school": cell(told.plan["to_school"]), "stage": stage, "subject": cell(told.plan["subject"])}
        key = "answer.needs" if "required" in needs else "answer.needs_unasked"
        yield "- " + say(key, **values, **{"required": 0, **needs})
    others = [each for each in told.exchange if each != told.staff_id]
    if others:
        yield "- " + say("answer.exchange", people=cell(say("policy.list_separator").join(others)))
    yield ""


def _gains(told: Explanation) -> Iterator[str]:
    if told.gains:
        yield say("answer.gains")
        yield ""
        yield from ("- " + say("answer.gain", text=cell(text), years=years) for text, years in told.gains)
        yield ""


def _of(policy: Policy | None, ids: tuple[str, ...]) -> list[Rule]:
    return [] if policy is None else [policy.by_id[each] for each in ids if each in policy.by_id]


def _named(policy: Policy | None, ids: tuple[str, ...]) -> str:
    named = [label(rule) for rule in _of(policy, ids)]
    return cell(say("policy.list_separator").join(named)) if named else say("answer.rules")


def _target(each: WhyNot) -> str:
    if not each.school_id:
        return say("answer.staying")
    school = say("answer.school", school=cell(each.school), id=cell(each.school_id))
    if each.zone:
        school = say("answer.zone", zone=cell(each.school))
    return school if each.rank is None else say("answer.wish", rank=each.rank, school=school)


def _goals(each: WhyNot) -> str:
    told = []
    for goal in each.goals:
        values = {"goal": cell(goal.words), "now": f"{goal.now:,.10g}", "then": f"{goal.then:,.10g}"}
        if goal.found is None:
            told.append(say("answer.goal", **values))
        else:
            told.append(say("answer.goal_found", **values, found=f"{goal.found:,.10g}"))
    return say("audit.clause_separator").join(told)


def _why_not(each: WhyNot, policy: Policy | None) -> str:
    """One school, or staying, in full."""
    text = _verdict(each, policy)
    if each.exact and each.others:
        people = say("policy.list_separator").join(each.others[:12])
        text += say("answer.others", count=len(each.others), people=cell(people))
    elif each.exact and each.others == () and each.answer in ("worse", "equal"):
        text += say("answer.no_others")
    if each.entering:
        people = say("policy.list_separator").join(each.entering[:12])
        text += say("answer.entering", count=len(each.entering), people=cell(people))
    return text


def _verdict(each: WhyNot, policy: Policy | None) -> str:
    """What is known of one school, or of staying."""
    values = {"target": _target(each), "rules": _named(policy, each.rules), "goals": _goals(each)}
    first = policy is not None and each.goals and each.goals[0].id == policy.goals[0].id
    values |= {"people": f"{each.within:,}", "kept": "" if first else say("answer.kept")}
    if each.within:
        return say(f"answer.{each.answer}_within", **values)
    if each.least:
        return say("answer.worse_least", **values)
    if each.answer == "impossible" and not each.rules:
        return say("answer.impossible_bounds", **values)
    if each.answer in ("worse", "equal", "better", "impossible"):
        return say(f"answer.{each.answer}" + ("" if each.exact else "_alone"), **values)
    return say(f"answer.{each.answer}", **values)


def _different(each: WhyNot, policy: Policy | None) -> Iterator[str]:
    """What would have to be different for one answer to be another."""
    target = _target(each)
    if each.answer in ("shut", "breaks", "impossible", "no_candidate") and each.rules:
        yield say("answer.unless_rules", target=target, rules=_named(policy, each.rules))
    elif each.answer in ("worse", "found"):
        yield say("answer.unless_goal", target=target, goal=cell(each.goals[0].words))


# ---- the person ------------------------------------------------------------------------------------------------------


def _person(told: Explanation) -> Iterator[str]:
    policy = told.policy
    yield "# " + _who(told)
    yield ""
    if told.moves:
        until = str(told.plan["until"])
        school = cell(told.plan["to_school"] or told.plan["to_school_id"])
        yield say("answer.you_go", school=school, until=say("answer.until", day=cell(until)) if until else "")
    else:
        yield say("answer.you_stay")
    yield ""
    duties = [rule for rule in _of(policy, told.rules) if rule.kind in ("duty", "volunteer", "scope")]
    for rule in duties:
        yield "- " + say("answer.your_rule", rule=cell(label(rule)), source=cell(cited(rule.source)))
    if told.moves and not duties:
        yield "- " + say("answer.arranged")
    if told.due and not told.moves:
        yield "- " + say("answer.no_place")
    if told.standing in ("need_not", "barred") and not told.moves:
        yield "- " + say("answer.by_rule")
    facts = [
        say("answer.fact", name=say(f"explain.fact_{name}"), value=cell(fact_words(name, told.facts[name])))
        for name in PLAIN_FACTS
        if told.facts.get(name) is not None
    ]
    if facts:
        yield "- " + say("answer.facts", facts=say("audit.clause_separator").join(facts))
    for each in (*told.wishes, *([] if told.to is None else [told.to])):
        yield "- " + _short(each, policy)
    yield ""
    yield from _gains(told)


def _short(each: WhyNot, policy: Policy | None) -> str:
    """One wish as the person it is of may read it."""
    target = _target(each)
    match each.answer:
        case "goes" | "present":
            return say(f"answer.{each.answer}", target=target, rules="", goals="")
        case "shut" | "breaks" | "impossible":
            rules = _of(policy, each.rules)
            if rules and all(map(told_openly, rules)):
                return say("answer.your_wish_rules", target=target, rules=_named(policy, each.rules))
            return say("answer.your_wish_guarded", target=target)
        case "worse":
            return say("answer.your_wish_goal", target=target, goal=cell(each.goals[0].words))
        case "found":
            return say("answer.your_wish_found", target=target, goal=cell(each.goals[0].words))
        case "equal":
            return say("answer.your_wish_equal", target=target)
        case "no_candidate":
            return say("answer.your_wish_not_listed", target=target)
    return say("answer.your_wish_open", target=target)


def told_openly(rule: Rule) -> bool:
    """Whether naming the rule says nothing of anybody's circumstances or rank."""
    if isinstance(rule, Order):
        return all(isinstance(key, str) for key in rule.by)
    return not isinstance(rule, Merit) and rule.kind not in GUARDED


# ---- the public ------------------------------------------------------------------------------------------------------


def _public(told: Explanation) -> Iterator[str]:
    if not told.moves:
        yield say("answer.public_stays", school=cell(told.school))
        return
    position = schema.label(schema.POSITIONS, told.plan["position"], language())
    duties = [rule for rule in _of(told.policy, told.rules) if rule.kind == "duty"]
    why = say("answer.public_arranged")
    if duties:
        named = [say("answer.public_rule", rule=cell(label(rule)), source=cell(cited(rule.source))) for rule in duties]
        why = say("audit.clause_separator").join(named)
    teaches = told.plan["stage"] or told.plan["subject"]
    yield say(
        "answer.public_goes" if teaches else "answer.public_leads",
        left=cell(told.school),
        school=cell(told.plan["to_school"] or told.plan["to_school_id"]),
        stage=schema.label(schema.STAGES, told.plan["stage"], language()),
        subject=cell(told.plan["subject"]),
        position=position,
        why=why,
    )
