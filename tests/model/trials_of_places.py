"""Trials of rules on places: departments and ways, who is there afterwards, exchanges, couples, merit and rounds."""

from __future__ import annotations

from typing import Any

from trial import ALL, BACKBONE, FREE, WOMEN, Trial

SPOUSES = {"relatives": [{"staff_id": "a", "relative_id": "b", "kinship": "spouse"}]}
TWO_WAYS = {
    "id": "ways", "kind": "modes", "choice": "any",
    "cases": [{"id": "whole", "mode": "transfer", "file_moves": True},
              {"id": "help", "mode": "part_time", "file_moves": False, "months": 10}],
}  # fmt: skip
INSIDE = {"id": "placed", "kind": "departments", "who": ALL, "inside": True, "outside": False}
ROUND = {"zh": "轮", "en": "round"}
WHOLE, HELP = {"to": "B", "way": "transfer"}, {"to": "B", "way": "part_time"}
OFFICES = {
    "a": {"at": "A", "department": "甲", "position": "middle_chief"},
    "b": {"at": "A", "department": "乙", "position": "middle_chief"},
    "y": {"at": "A", "department": "丙", "reports_to": "b"},
    "z": {"at": "A", "department": "丁"},
}


def there(department: str) -> dict[str, str]:
    return {"to": "A", "department": department}


def rule(kind: str, **told: Any) -> dict[str, Any]:
    return {"id": "rule", "kind": kind, **told}


def wish(person: str, rank: int, school: str) -> dict[str, Any]:
    return {"staff_id": person, "rank": rank, "school_id": school}


RANKED = {"a": {"at": "A", "points": 9}, "b": {"at": "A", "points": 5}}
BY_POINTS = rule("merit", who=ALL, by=[{"field": "points", "first": "largest"}])
ROW = {"stage": "primary", "subject": "语文"}
SUBJECT = {"demand": [{"school_id": each, **ROW, "required": 1, "minimum": 0, "maximum": 3} for each in "ABC"]}

TRIALS = [
    Trial(
        "one goes there, so one must come back", rule("swap", who=ALL), "AB", {"a": "A", "b": "B"},
        {"a": "B"}, {"a": "B", "b": "A"},
    ),
    Trial(
        "alike: a woman is not exchanged for a man", rule("swap", who=ALL, alike=["sex"]), "AB",
        {"a": "A", "b": {"at": "B", "sex": "M"}, "c": "B"}, {"a": "B", "b": "A"}, {"a": "B", "c": "A"},
    ),
    Trial(
        "a couple of whom both move goes to one school", rule("together"), "ABC", {"a": "A", "b": "A"},
        {"a": "B", "b": "C"}, {"a": "B", "b": "B"}, SPOUSES,
    ),
    Trial(
        "one of a couple moves to where the other stays", rule("together", when="any_moves"), "ABC",
        {"a": "A", "b": "B"}, {"a": "C"}, {"a": "B"}, SPOUSES,
    ),
    Trial(
        "a couple within five kilometres: 5.1 are too far", rule("together", within_km=5), "ABCD",
        {"a": "A", "b": "A"}, {"a": "B", "b": "D"}, {"a": "B", "b": "C"},
        {**SPOUSES, "distances": [{"from_school": "B", "to_school": "C", "km": 5},
                                  {"from_school": "B", "to_school": "D", "km": 5.1}]},
    ),
    Trial(
        "the higher ranked had asked for it and stays; where both go there nothing is wrong", BY_POINTS, "AB", RANKED,
        {"b": "B"}, {"a": "B", "b": "B"}, {"applications": [wish("a", 1, "B"), wish("b", 1, "B")]},
    ),
    Trial(
        "the higher ranked got only her second wish; got the first one she envies nobody", BY_POINTS, "ABC", RANKED,
        {"a": "B", "b": "C"}, {"a": "C", "b": "B"}, {"applications": [wish("a", 1, "C"), wish("a", 2, "B")]},
    ),
    Trial(
        "the first round may not count on a place that the second one frees",
        rule("rounds", rounds=[{"id": "one", "words": ROUND, "who": WOMEN},
                               {"id": "two", "words": ROUND, "who": {"not": WOMEN}}]),
        {"A": {}, "B": {"headcount_limit": 1}}, {"a": "A", "b": {"at": "B", "sex": "M"}},
        {"a": "B", "b": "A"}, {"b": "A"}, more=(FREE, {"id": "room", "kind": "headcount"}),
    ),
    Trial(
        "departments only inside: another school is out of bounds, another office is not",
        rule("departments", who=ALL, inside=True, outside=False), "AB", OFFICES, {"a": "B"}, {"a": there("乙")},
    ),
    Trial(
        "a helper is not counted there, who is transferred is", rule("headcount"),
        {"A": {}, "B": {"headcount_limit": 0}}, {"a": "A"}, {"a": WHOLE}, {"a": HELP}, more=(FREE, TWO_WAYS),
    ),
    Trial(
        "no helpers: one of them is too many, a transfer is none",
        rule("count", of={"moving": ALL, "ways": ["help"]}, at_most=0), "AB", {"a": "A"}, {"a": HELP}, {"a": WHOLE},
        more=(FREE, TWO_WAYS),
    ),
    Trial(
        "along a route: into the zone of one's own at most one",
        rule("count", of={"moving": ALL, "along": {"same": "zone"}}, at_most=1),
        {"A": {"zone": "东"}, "B": {"zone": "东"}, "C": {"zone": "西"}}, {"a": "A", "b": "A"},
        {"a": "B", "b": "B"}, {"a": "B", "b": "C"},
    ),
    Trial(
        "each school receives at most one", rule("count", of={"arriving": ALL}, per=["school_id"], at_most=1), "ABC",
        {"a": "A", "b": "B"}, {"a": "C", "b": "C"}, {"a": "C", "b": "A"},
    ),
    Trial(
        "a school keeps one of its backbone teachers",
        rule("count", of={"staying": BACKBONE}, per=["school_id"], at_least=1), "AB",
        {"a": {"at": "A", "backbone": "city"}, "b": {"at": "A", "backbone": "city"},
         "c": {"at": "B", "backbone": "city"}},
        {"a": "B", "b": "B"}, {"a": "B"},
    ),
    Trial(
        "who only helps elsewhere has stayed", rule("count", of={"staying": ALL}, at_least=1), "AB", {"a": "A"},
        {"a": WHOLE}, {"a": HELP}, more=(FREE, TWO_WAYS),
    ),
    Trial(
        "a woman in each school afterwards: she goes only where another comes",
        rule("count", of={"after": WOMEN}, per=["school_id"], at_least=1), "AB",
        {"a": "A", "b": "B", "m": {"at": "A", "sex": "M"}}, {"a": "B"}, {"a": "B", "b": "A"},
    ),
    Trial(
        "afterwards at most half of a school are seniors: two of three are too many, two of four are not",
        rule("share", over={"after": ALL}, of={"after": {"field": "title", "is": "senior"}}, per=["school_id"],
             at_most="50%"),
        "AB", {"a": {"at": "A", "title": "senior"}, "b": {"at": "B", "title": "senior"}, "c": "B", "d": "A"},
        {"a": "B"}, {"a": "B", "d": "B"},
    ),
    Trial(
        "half of four in two years: one went last year, one more is enough",
        rule("share", over={"people": ALL}, already=BACKBONE, at_least="50%"), "AB",
        {"a": {"at": "A", "backbone": "city"}, "b": "A", "c": "A", "d": "A"}, {"a": "B"}, {"b": "B"},
    ),
    Trial(
        "a school does not grow: one comes, so one goes",
        rule("count", of={"arriving": ALL}, less={"moving": ALL}, per=["school_id"],
             where={"field": "school_id", "is": "B"}, at_most=0),
        "ABC", {"a": "A", "b": "B"}, {"a": "B"}, {"a": "B", "b": "C"},
    ),
    Trial(
        "one chief an office: they change places, one alone does not go",
        rule("posts", per="department", middle_chief="within"), "A", OFFICES,
        {"a": there("乙")}, {"a": there("乙"), "b": there("甲")}, more=(FREE, INSIDE),
    ),
    Trial(
        "an office has room for two chiefs, not for three",
        rule("posts", per="department", middle_chief="within", in_each={"middle_chief": 2}), "A",
        {**OFFICES, "c": {"at": "A", "department": "丁", "position": "middle_chief"}},
        {"a": there("乙"), "c": there("乙")}, {"a": there("乙")}, more=(FREE, INSIDE),
    ),
    Trial(
        "an office keeps its chief", rule("posts", per="department", middle_chief="filled"), "A", OFFICES,
        {"a": there("丁")}, {"y": there("丁")}, more=(FREE, INSIDE),
    ),
    Trial(
        "posts of a rank of one's own", rule("posts", ranks=[{"who": BACKBONE, "posts": "senior_posts"}]),
        {"A": {}, "B": {"senior_posts": 1}},
        {"a": {"at": "A", "backbone": "city"}, "m": "A", "b": {"at": "B", "backbone": "city"}}, {"a": "B"}, {"m": "B"},
    ),
    Trial(
        "a couple is not brought into one office, into one school it may be",
        rule("kin", kinships=["spouse"], apart=["department"]), "A", OFFICES, {"a": there("乙")}, {"a": there("丁")},
        SPOUSES, more=(FREE, INSIDE),
    ),
    Trial(
        "nor into an office that reports to the other's",
        rule("kin", kinships=["spouse"], apart=["department", "line"]), "A", OFFICES,
        {"a": there("丙")}, {"a": there("丁")}, SPOUSES, more=(FREE, INSIDE),
    ),
    Trial(
        "a couple that changes offices together does not meet in one",
        rule("kin", kinships=["spouse"], apart=["department"]), "A", OFFICES, {"a": there("丁"), "b": there("丁")},
        {"a": there("丁"), "b": there("甲")}, SPOUSES, more=(FREE, INSIDE),
    ),
    Trial(
        "who changes the office stays in the school", rule("keep_leader"), "AB",
        {"a": {"at": "A", "department": "甲", "position": "principal"},
         "b": {"at": "A", "department": "乙", "position": "deputy_principal"}, "c": {"at": "B", "department": "丙"}},
        {"a": {"to": "B", "department": "丙"}, "b": {"to": "B", "department": "丙"}},
        {"a": {"to": "B", "department": "丙"}, "b": there("甲")},
        more=(FREE, {**INSIDE, "outside": True}),
    ),
    Trial(
        "a subject receives up to what is required, not up to the most",
        rule("subject_staffing", receives_within="required"), "ABC", {"a": "A", "b": "B"}, {"a": "B"}, {"b": "C"},
        SUBJECT,
    ),
    Trial(
        "only a subject that is short is open", rule("qualification", open_to="understaffed"), "ABC",
        {"a": "A", "b": "B"}, {"a": "B"}, {"b": "C"}, SUBJECT,
    ),
    Trial(
        "a subject with too many is shut", rule("qualification", open_to="not_overstaffed"), "ABC",
        {"a": "A", "b": "B", "c": "B"}, {"a": "B"}, {"b": "A"}, SUBJECT,
    ),
    Trial(
        "nobody leaves, but for the one whom the bureau has excepted",
        rule("count", of={"moving": ALL}, at_most=0, exceptions=[{"staff": ["b"], "reason": "已批准"}]), "AB",
        {"a": "A", "b": "A"}, {"a": "B"}, {"b": "B"},
    ),
    Trial(
        "the limit, but for the school whom the bureau has excepted",
        rule("headcount", exceptions=[{"schools": ["C"], "reason": "新建校"}]),
        {"A": {}, "B": {"headcount_limit": 0}, "C": {"headcount_limit": 0}}, {"a": "A"}, {"a": "B"}, {"a": "C"},
    ),
    Trial(
        "the order by classes, then by shortest stay: the one of the first class goes before",
        rule("order", who=ALL, within=["school_id"],
             by=[{"those": WOMEN}, {"stay": {"in": "school"}, "first": "smallest"}]),
        "AB", {"a": {"at": "A", "sex": "M", "years": 1}, "b": {"at": "A", "years": 9}, "c": {"at": "A", "years": 4}},
        {"b": "B"}, {"c": "B"},
    ),
]  # fmt: skip
