"""What a policy holds besides its sentences, told in words: tables of points, ways of moving, rounds, exceptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction

from rotation_planner.data import schema
from rotation_planner.policy.kinds import Experience, ModeCase, Modes, Rounds, Rule
from rotation_planner.policy.kinds.base import Exempted
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.scores import FieldMeasure, HistoryMeasure, Item, Measure, Score, StayMeasure
from rotation_planner.policy.selectors import InPopulation, Selector
from rotation_planner.words import has, language, say


def as_number(value: Fraction) -> str:
    """A number of points as people write it: ``3``, ``0.5``, and a fraction where no short decimal is exact."""
    if (value * 1000).denominator == 1:
        return f"{float(value):g}"
    return f"{value.numerator}/{value.denominator}"


def column_words(name: str) -> str:
    """The heading of a column in the language in force; of the present school where the name says so."""
    of_school = name.startswith("school.")
    bare = name.removeprefix("school.")
    table = schema.table("schools" if of_school else "staff")
    column = next((each for each in table.columns if each.key == bare), None)
    heading = bare if column is None else column.heading if language() == "zh" else column.key.replace("_", " ")
    if has("column." + bare):
        heading = say("column." + bare)
    return say("telling.of_school", column=heading) if of_school else heading


def whom(selector: Selector, policy: Policy) -> str:
    """Who a selector means, where the pack has words for it."""
    if isinstance(selector, InPopulation) and selector.population in policy.populations:
        return policy.populations[selector.population].words[language()]
    return say("policy.structure")


def rule_details(rule: Rule) -> Iterator[str]:
    """What a rule's sentence cannot say, a line each: its ways, rounds and gains, and its exceptions."""
    lang = language()
    if isinstance(rule, Modes):
        yield say("telling.choice_" + rule.choice)
        for case in rule.cases:
            yield say("telling.way", name=_mode(case), parts="".join(_way_parts(case)))
    if isinstance(rule, Rounds):
        for number, each in enumerate(rule.rounds, start=1):
            yield say("telling.round", number=number, words=each.words[lang])
    if isinstance(rule, Experience):
        for gain in rule.gains:
            yield say("telling.gain", words=gain.words[lang], years=gain.years)
    for exception in rule.exceptions:
        yield say("telling.exception", who=exception_words(exception), reason=exception.reason)


def exception_words(exception: Exempted) -> str:
    """The people and schools of an exception."""
    between = say("policy.list_separator")
    told = [
        say("telling." + key, ids=between.join(ids))
        for key, ids in (("staff", exception.staff), ("schools", exception.schools))
        if ids
    ]
    return say("telling.semicolon").join(told)


def _mode(case: ModeCase) -> str:
    if case.label is not None:
        return case.label[language()]
    return say("telling.mode_" + case.mode) if has("telling.mode_" + case.mode) else case.mode


def _length(years: int | None, months: int | None) -> str:
    told = (("years", years), ("months", months))
    return "".join(say("telling.for_" + name, n=number) for name, number in told if number)


def _way_parts(case: ModeCase) -> Iterator[str]:
    yield say("telling.file_moves" if case.file_moves else "telling.file_stays")
    if case.until is not None:
        until = case.until.isoformat() if isinstance(case.until, dt.date) else case.until
        yield say("telling.until", until=until)
    elif case.ends:
        yield say("telling.length", length=_length(case.years, case.months))
        if case.most_months is not None:
            yield say("telling.at_most", length=_length(case.years_most, case.months_most))
    else:
        yield say("telling.for_good")
    if case.stays_counted:
        yield say("telling.counted_here")
    if case.returns is not None:
        yield say("telling.returns_" + case.returns)


def score_table(key: str, score: Score, policy: Policy) -> Iterator[str]:
    """A table of points as Markdown, and under it what holds for the sum."""
    yield f"### {score.words[language()]}"
    yield ""
    yield say("telling.score_key", key=key)
    yield ""
    yield f"| {say('telling.line')} | {say('telling.points')} |"
    yield "|---|---|"
    for item in score.items:
        yield from _rows(item, policy, 0)
    whole = []
    if score.floor_zero:
        whole.append(say("telling.floor_zero"))
    if score.cap is not None:
        whole.append(say("telling.sum_cap", cap=as_number(score.cap)))
    if score.reset is not None:
        whole.append(say("telling.reset", who=whom(score.reset, policy)))
    if whole:
        yield ""
        yield "".join(whole)
    if score.comment is not None:
        yield ""
        yield say("policy.reason", text=score.comment[language()])


def _rows(item: Item, policy: Policy, depth: int) -> Iterator[str]:
    name = item.words[language()] if item.words else _item_name(item)
    if item.who is not None and item.words is None:
        name += say("telling.only", who=whom(item.who, policy))
    points = say("telling.minus", points=_points(item)) if item.minus else _points(item)
    if item.cap is not None:
        points += say("telling.cap", cap=as_number(item.cap))
    yield f"| {'— ' * depth}{name} | {points} |"
    for each in item.best_of or ():
        yield from _rows(each, policy, depth + 1)


def _item_name(item: Item) -> str:
    if item.column is not None:
        return column_words(item.column)
    return item.id if item.of is None else _measured(item.of)


def _points(item: Item) -> str:
    if item.points is not None:
        return say("telling.flat", points=as_number(item.points))
    if item.best_of is not None:
        return say("telling.best_of")
    if item.table is not None and item.column is not None:
        told = [
            say("telling.entry", value=_value(item.column, value), points=as_number(points))
            for value, points in item.table.items()
        ]
        return say("telling.comma").join(told)
    unit = say("telling.unit_" + (_unit(item.of) if item.of is not None else "units"))
    beyond = say("telling.beyond", n=item.from_units, unit=unit) if item.from_units else ""
    if item.each is not None:
        return beyond + say("telling.each", unit=unit, points=as_number(item.each))
    bands = [
        say("telling.band", to=band.to, unit=unit, points=as_number(band.each))
        if band.to is not None
        else say("telling.last_band", unit=unit, points=as_number(band.each))
        for band in item.bands or ()
    ]
    return beyond + say("telling.semicolon").join(bands)


def _value(column: str, value: str) -> str:
    """A listed value of a column as a reader sees it."""
    bare = column.removeprefix("school.")
    table = schema.table("schools" if bare != column else "staff")
    found = next((each for each in table.columns if each.key == bare), None)
    return schema.label(found.values, value, language()) if found is not None else value


def _unit(measure: Measure) -> str:
    if isinstance(measure, StayMeasure):
        return measure.stay.unit
    if isinstance(measure, HistoryMeasure):
        return measure.history
    return "units" if isinstance(measure, FieldMeasure) else "results"


def _measured(measure: Measure) -> str:
    if isinstance(measure, StayMeasure):
        return say("telling.stay_" + measure.stay.in_)
    if isinstance(measure, FieldMeasure):
        return column_words(measure.field)
    if isinstance(measure, HistoryMeasure):
        return say("telling.history")
    return say("telling.appraisals", last=measure.last)
