"""A policy in plain words, in the language in force."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

from pydantic import BaseModel

from rotation_planner.policy.checking import PLACEHOLDER
from rotation_planner.policy.citing import cited
from rotation_planner.policy.kinds import SECTIONS, Rule, Term
from rotation_planner.policy.kinds.goals import Evenness
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.selectors import InPopulation, Selector
from rotation_planner.policy.telling import as_number, rule_details, score_table, whom
from rotation_planner.policy.walking import lookup
from rotation_planner.words import language, say


def as_percent(share: Fraction) -> str:
    """A share as people write it: ``15%``, ``12.5%``, and a fraction where no short percentage is exact."""
    hundredfold = share * 100
    if hundredfold.denominator == 1:
        return f"{hundredfold.numerator}%"
    if (hundredfold * 100).denominator == 1:
        return f"{float(hundredfold):g}%"
    return f"{share.numerator}/{share.denominator}"


def as_text(value: Any) -> str:
    """A parameter's value as a person writes it."""
    if value is None:
        return say("policy.unlimited")
    if isinstance(value, bool):
        return say("policy.yes" if value else "policy.no")
    if isinstance(value, Fraction):
        return as_percent(value)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return say("policy.list_separator").join(as_text(each) for each in value)
    if isinstance(value, dict):
        return say("policy.list_separator").join(f"{key} {as_text(each)}" for key, each in value.items())
    if isinstance(value, BaseModel):
        return say("policy.structure")
    return str(value)


def sentence(rule: Rule) -> str:
    """The rule's sentence with its parameters as they stand."""
    return PLACEHOLDER.sub(lambda found: as_text(lookup(rule, found[1])), rule.words[language()])


def label(rule: Rule) -> str:
    """The short name of a rule in the language in force; its id where the pack gives none."""
    return rule.label[language()] if rule.label else rule.id


def force_words(rule: Rule) -> str:
    """Must, should (with its rank), or switched off."""
    if not rule.enabled:
        return say("policy.off")
    if rule.force == "must":
        return say("policy.must")
    return say("policy.should", rank=rule.rank) if rule.rank else say("policy.measured")


def term_words(term: Term, policy: Policy) -> str:
    """What a term of a goal makes small, and of whom where it does not speak of everybody."""
    name = say("term." + term.kind)
    score = getattr(term, "score", None)
    if score in policy.scores:
        name = say("policy.term_score", term=name, score=policy.scores[score].words[language()])
    if getattr(term, "of", None) == "home":
        name = say("term.distance_home")
    if isinstance(term, Evenness) and isinstance(term.of, InPopulation):
        name = say("term.evenness_of", of=whom(term.of, policy))
    who: Selector | None = getattr(term, "who", None)
    return say("policy.term_of", term=name, who=whom(who, policy)) if isinstance(who, InPopulation) else name


def plain_words(policy: Policy) -> str:
    """The whole pack as Markdown: the sections of the law, every rule with its reason and source, the goals."""
    lang = language()
    lines = [f"# {policy.title[lang]}", "", say("policy.source", source=cited(policy.source)), ""]
    if policy.comment:
        lines += [policy.comment[lang], ""]
    if policy.populations:
        lines += [f"## {say('policy.section_populations')}", ""]
    for key, population in policy.populations.items():
        lines.append(f"- **{key}** {population.words[lang]}")
        if population.comment:
            lines.append(f"  - {say('policy.reason', text=population.comment[lang])}")
    if policy.scores:
        lines += ["", f"## {say('policy.section_scores')}"]
    for key, score in policy.scores.items():
        lines += ["", *score_table(key, score, policy)]
    for section, kinds in SECTIONS.items():
        rules = [rule for rule in policy.rules if rule.kind in kinds]
        if not rules:
            continue
        lines += ["", f"## {say('policy.section_' + section)}", ""]
        for rule in rules:
            lines.append(f"- **{rule.id}**{say('policy.in_brackets', text=force_words(rule))}{sentence(rule)}")
            lines += [f"  - {each}" for each in rule_details(rule)]
            if rule.comment:
                lines.append(f"  - {say('policy.reason', text=rule.comment[lang])}")
            lines.append(f"  - {say('policy.source', source=cited(rule.source))}")
    lines += ["", f"## {say('policy.section_goals')}", ""]
    for number, level in enumerate(policy.goals, start=1):
        lines.append(f"{number}. **{level.id}** {level.words[lang]}")
        for term in level.terms:
            lines.append(f"   - {say('policy.term', term=term_words(term, policy), weight=as_number(term.weight))}")
            if term.comment:
                lines.append(f"     - {say('policy.reason', text=term.comment[lang])}")
    return "\n".join(lines) + "\n"
