"""An invented district with a plan and an audit, built by hand for the tests of the lists and charts."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
import pandas as pd

from rotation_planner.audit.result import Audit, Finding, GoalCount, ReverseFlowPage, Verdict
from rotation_planner.data import schema
from rotation_planner.data.district import District
from rotation_planner.eligibility.standing import Standing, stand
from rotation_planner.plan.plan import DEFERRED_COLUMNS, TRANSFER_COLUMNS, Objective, Plan, Status
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.reading import read_policy
from rotation_planner.report.turnover import Turnover
from rotation_planner.words import say

AS_OF = dt.date(2027, 8, 31)
TITLE = "滨海区2027年度教师交流轮岗"
SUBJECTS = {"primary": ("语文", "数学", "英语", "体育"), "junior": ("语文", "数学", "英语", "物理", "体育")}
FAMILY, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "安博晨丹恩芳刚浩佳楷岚敏宁鹏琪蓉书涛薇晓雅泽舟清"
PLACES = ("海棠", "临港", "望潮", "金沙", "石岛", "松林", "白鹭", "双塔", "渔湾", "云台")
# Facts that nobody but the bureau may read: each turns up in the data of somebody who goes or stays.
SECRETS = ("大连市中心医院证明", "肺结核", "行政处分决定", "两地分居", "照顾患病父亲", "本人患抑郁症", "夫妻同校")
KINDS = {
    schema.Kind.DATE: "datetime64[ns]",
    schema.Kind.WHOLE: float,
    schema.Kind.DECIMAL: float,
    schema.Kind.YEAR: float,
    schema.Kind.YES_NO: bool,
}


def frame(table: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    """A table in its normal form: every column, blanks as the spec says, row numbers of a file."""
    columns: dict[str, object] = {}
    for column in schema.table(table).columns:
        values = [row.get(column.key) for row in rows]
        if column.kind in KINDS:
            fill = False if column.kind is schema.Kind.YES_NO else None
            columns[column.key] = pd.Series([fill if v is None else v for v in values], dtype=KINDS[column.kind])
        else:
            columns[column.key] = pd.Series(["" if v is None else v for v in values], dtype="str")
    columns[schema.ROW] = np.arange(2, len(rows) + 2)
    return pd.DataFrame(columns)


@cache
def district(schools: int = 6, people: int = 14) -> District:
    """``schools`` schools with ``people`` staff each; the same for the same numbers."""
    random = np.random.default_rng(schools * 1000 + people)
    pick = lambda values: values[int(random.integers(len(values)))]  # noqa: E731
    tables: dict[str, list[dict[str, object]]] = {key: [] for key in schema.TABLE_KEYS}
    tiers, locations = ("quality", "general", "weak"), ("urban", "urban", "town", "rural", "remote")
    for s in range(schools):
        stage = "junior" if s % 3 == 2 else "primary"
        word = "初级中学" if stage == "junior" else "小学"
        tables["schools"].append(
            {
                "school_id": f"S{s:03d}", "name": f"{PLACES[s % 10]}{'' if s < 10 else '第' + str(s // 10 + 1)}{word}",
                "stages": stage, "tier": tiers[s % 3], "location": locations[s % 5], "zone": f"第{s % 4 + 1}片区",
                "group": "海棠教育集团" if s % 7 == 0 else "", "students": 19 * people,
                "headcount_limit": people + s % 4 - 1, "ownership": "public", "principal_posts": 1,
                "deputy_posts": 2, "senior_posts": people // 3, "intermediate_posts": people // 2,
                "latitude": 38.9 + random.random() / 5, "longitude": 121.5 + random.random() / 3,
            }
        )  # fmt: skip
        for p in range(people):
            position = ("principal", "deputy_principal", "middle_chief", *["teacher"] * people)[p]
            subject = "" if p == people - 1 else SUBJECTS[stage][p % len(SUBJECTS[stage])]
            joined = 2027 - int(random.integers(1, 16))
            tables["staff"].append(
                {
                    "staff_id": f"T{s:03d}{p:03d}", "name": pick(FAMILY) + pick(GIVEN) + (pick(GIVEN) if p % 2 else ""),
                    "sex": "F" if p % 3 else "M", "birth_date": f"{1968 + int(random.integers(0, 27))}-05-17",
                    "hired_on": f"{joined - 2}-07-01", "school_id": f"S{s:03d}", "joined_school": f"{joined}-09-01",
                    "stage": stage if subject else "", "subject": subject,
                    "position": position if subject else "support",
                    "position_since": f"{joined}-09-01" if p < 3 else None, "full_time": bool(subject),
                    "title": ("senior", "intermediate", "junior")[p % 3], "degree": "bachelor",
                    "backbone": ("county", "school")[p % 2] if random.random() < 0.42 - 0.13 * (s % 3) else "",
                }
            )  # fmt: skip
        for subject in SUBJECTS[stage]:
            required = people // len(SUBJECTS[stage]) + int(random.integers(0, 2))
            tables["demand"].append(
                {"school_id": f"S{s:03d}", "stage": stage, "subject": subject, "required": required}
            )
    tables["staff"][4]["name"] = "张䶮"
    tables["staff"][5]["name"] = "=HYPERLINK(1)"
    serving_long = [
        str(row["staff_id"])
        for row in tables["staff"]
        if row["position"] == "teacher" and str(row["joined_school"]) < "2018-09-02" and str(row["birth_date"]) > "1977"
    ]
    kinds = ("illness", "nursing", "course_lead", "illness", "sanction", "hardship", "pregnancy")
    for number, (staff_id, kind) in enumerate(zip(serving_long[::2], kinds, strict=False)):
        tables["exemptions"].append(
            {"staff_id": staff_id, "kind": kind, "start": "2026-09-01", "evidence": SECRETS[number % 3]}
        )
    for p in range(6, 10):
        tables["applications"].append(
            {"staff_id": f"T001{p:03d}", "rank": 1, "zone": "第1片区", "reason": SECRETS[3 + p % 2]}
        )
    tables["pins"].append({"staff_id": "T001007", "verdict": "move", "reason": SECRETS[5]})
    tables["relatives"].append({"staff_id": "T001004", "relative_id": "T002005", "kinship": "spouse"})
    return District(as_of=AS_OF, **{key: frame(key, rows) for key, rows in tables.items()})


@cache
def policy() -> Policy:
    """The dalian pack."""
    return read_policy("dalian")


@cache
def standing(schools: int = 6, people: int = 14) -> Standing:
    """Standing of the invented district."""
    return stand(district(schools, people), policy())


@cache
def plan(schools: int = 6, people: int = 14) -> Plan:
    """Moves of those due, round the schools of one stage; the others stay. Sensitive words stand in its texts."""
    data, where = district(schools, people), standing(schools, people)
    staff = data.staff
    names = data.schools.set_index("school_id")["name"]
    moves, deferred = [], []
    for person in range(len(staff)):
        row = staff.loc[person]
        meets = [duty for duty, mask in where.meets.items() if mask[person]]
        here = int(row["school_id"][1:])
        goes = where.candidate[person] and ((where.any_due[person] and person % 5 != 4) or where.forced[person])
        there = here
        for step in range(1, schools):
            there = (here + (person % 4 + step) * 2 + 1) % schools
            if there != here and names.iloc[there][-2:] == names.iloc[here][-2:]:
                break
        if goes and there != here:
            moves.append(
                (row.staff_id, row["name"], row.school_id, names.iloc[here], f"S{there:03d}", names.iloc[there],
                 row.position, row.position, row.subject, row.stage, "secondment" if there % 2 else "transfer",
                 "no" if there % 2 else "yes", "2029-08-31" if there % 2 else "", ";".join(meets), SECRETS[3], "", "")
            )  # fmt: skip
        elif meets:
            why = ("exempt: 患病（大连市中心医院证明）", "phased", "capped: 本校", "no open school: 夫妻同校")[
                person % 4
            ]
            deferred.append((row.staff_id, row["name"], row.school_id, ";".join(meets), why))
    goals = (Objective("place-due", 3, 3), Objective("even-near-wished", 812.0, 803.0))
    return Plan(
        pd.DataFrame(moves, columns=list(TRANSFER_COLUMNS), dtype="str"),
        pd.DataFrame(deferred, columns=list(DEFERRED_COLUMNS), dtype="str"),
        Status.FEASIBLE, goals, {"solve": 3.2}, {"moves": len(moves)}, "CP-SAT 9.15", 1,
    )  # fmt: skip


@cache
def audit(schools: int = 6, people: int = 14) -> Audit:
    """A judgement with one share met, one should-rule missed, and the backbone's page."""
    turnover = Turnover(
        district(schools, people), policy(), standing(schools, people), plan(schools, people), Audit(())
    )
    findings = [
        Finding("quota-quality", "share", "must", _label(s, schools, people), "不少于1", "2/9", Verdict.PASS, "达到")
        for s in range(0, schools, 3)
    ]
    findings.append(
        Finding("rural-titles", "flow", "should", "district", "0", "-1", Verdict.BREACH, "乡村净流出1人", ("T000003",))
    )
    tier = data_tiers = turnover.of_schools("tier")
    moves = turnover.moves[turnover.backbone[turnover.moves["person"].to_numpy()]]
    order = ["quality", "general", "weak"]
    matrix = pd.crosstab(data_tiers[moves["source"].to_numpy()], tier[moves["target"].to_numpy()])
    matrix = matrix.reindex(index=order, columns=order, fill_value=0)
    before, after = turnover.counted(turnover.backbone)
    out = np.bincount(moves["source"], minlength=schools)
    into = np.bincount(moves["target"], minlength=schools)
    table = pd.DataFrame(
        {
            "school_id": turnover.of_schools("school_id"), "name": turnover.of_schools("name"), "tier": tier,
            "before": before, "out": out, "into": into, "after": after, "balance": into - out,
        }
    )  # fmt: skip
    page = ReverseFlowPage(
        "no-reverse-flow", matrix, table, {"strict": (Verdict.PASS, "流向一般和薄弱学校的多于流出的")}
    )
    rules = policy().rules
    return Audit(
        tuple(findings), (GoalCount("place-due", 3, {"place_due": 3}, 3),), (page,),
        {rule.id: rule.words.zh for rule in rules}, {rule.id: rule.source for rule in rules},
    )  # fmt: skip


def _label(school: int, schools: int, people: int) -> str:
    row = district(schools, people).schools.loc[school]
    return say("audit.school", name=row["name"], id=row["school_id"])


def turnover(schools: int = 6, people: int = 14) -> Turnover:
    """The invented district before and after its plan."""
    size = (schools, people)
    return Turnover(district(*size), policy(), standing(*size), plan(*size), audit(*size))
