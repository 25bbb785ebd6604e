"""The tables of a district, column by column: keys, Chinese headings, listed values. The one place that knows them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache


class Kind(StrEnum):
    """What stands in the cells of a column, and so its normal form in a frame."""

    CODE = "code"  # str; NFKC and trimmed
    TEXT = "text"  # str; trimmed only
    LISTED = "listed"  # str; the English key
    LIST = "list"  # str; keys or texts joined by ";"
    DATE = "date"  # datetime64
    WHOLE = "whole"  # float64, not negative
    DECIMAL = "decimal"  # float64
    YEAR = "year"  # float64, a calendar year
    YES_NO = "yes_no"  # bool


@dataclass(frozen=True)
class Column:
    """One column: its English ``key``, Chinese ``heading``, ``kind`` and what its cells may hold.

    ``values`` lists the allowed values (English key to Chinese); ``free`` allows other text besides. ``heading_due``
    says that a table without the column cannot be used, ``cell_due`` that no cell of it may be blank. ``low`` and
    ``high`` bound a decimal.
    """

    key: str
    heading: str
    kind: Kind = Kind.TEXT
    values: Mapping[str, str] = field(default_factory=dict)
    free: bool = False
    heading_due: bool = False
    cell_due: bool = False
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Table:
    """One table: its English ``key`` (the CSV's name), Chinese ``name`` (the sheet's name) and columns in order."""

    key: str
    name: str
    columns: tuple[Column, ...]
    due: bool = False

    def __getitem__(self, key: str) -> Column:
        return next(c for c in self.columns if c.key == key)

    @property
    def keys(self) -> list[str]:
        """The English keys of the columns, in order."""
        return [c.key for c in self.columns]


STAGES = {"kindergarten": "幼儿园", "primary": "小学", "junior": "初中", "senior": "高中"}
TIERS = {"quality": "优质", "general": "一般", "weak": "薄弱"}
LOCATIONS = {"urban": "城区", "town": "镇区", "rural": "乡村", "remote": "偏远"}
CAMPUSES = {"main": "主校区", "branch": "分校区"}
OWNERSHIPS = {"public": "公办", "private": "民办"}
SEXES = {"F": "女", "M": "男"}
POSITIONS = {
    "teacher": "教师",
    "middle_deputy": "中层副职",
    "middle_chief": "中层正职",
    "deputy_principal": "副校长",
    "principal": "校长",
    "support": "教辅工勤",
}
TITLES = {"none": "未定级", "junior": "初级", "intermediate": "中级", "senior": "高级", "professor": "正高级"}
BACKBONES = {"school": "校级", "county": "县级", "city": "市级", "province": "省级", "national": "国家级"}
DEGREES = {"below": "专科以下", "college": "专科", "bachelor": "本科", "master": "硕士", "doctor": "博士"}
DUTIES = {"class_teacher": "班主任", "graduating_grade": "毕业年级", "group_lead": "教研组长"}
EXEMPTIONS = {
    "pregnancy": "孕期",
    "nursing": "哺乳期",
    "illness": "患病",
    "course_lead": "特色课程领衔",
    "research_lead": "重大课题",
    "sanction": "处分",
    "investigation": "调查",
    "absence": "擅自离岗",
    "hardship": "特殊困难",
    "other": "其他",
}
REASONS = {"couple": "两地分居", "care": "照顾家庭", "other": "其他"}
HISTORY_KINDS = {"post": "任职", "support_teaching": "支教", "exchange": "交流", "attachment": "挂职"}
RESULTS = {"excellent": "优秀", "pass": "合格", "basic": "基本合格", "fail": "不合格"}
KINSHIPS = {
    "spouse": "夫妻",
    "parent_child": "父母子女",
    "sibling": "兄弟姐妹",
    "grandparent": "祖孙",
    "collateral": "三代以内旁系",
    "in_law": "近姻亲",
}
VERDICTS = {"move": "必须交流", "stay": "不得交流", "to": "交流到", "not_to": "不得到"}
YES_NO = {"yes": "是", "no": "否"}
YES_NO_WORDS = {"yes": True, "是": True, "true": True, "y": True, "1": True}
YES_NO_WORDS |= {"no": False, "否": False, "false": False, "n": False, "0": False}
YEAR_ENDING = re.compile(r"(学年度|学年|年度|年)$")

# Positions of leaders and middle cadres: these need ``position_since``.
LED_POSITIONS = ("middle_deputy", "middle_chief", "deputy_principal", "principal")


def _code(key: str, heading: str, due: bool = False) -> Column:
    return Column(key, heading, Kind.CODE, heading_due=due, cell_due=due)


def _text(key: str, heading: str, due: bool = False, cell: bool | None = None) -> Column:
    return Column(key, heading, Kind.TEXT, heading_due=due, cell_due=due if cell is None else cell)


def _listed(key: str, heading: str, values: Mapping[str, str], due: bool = False, free: bool = False) -> Column:
    return Column(key, heading, Kind.LISTED, values, free, heading_due=due, cell_due=due)


def _many(key: str, heading: str, values: Mapping[str, str], due: bool = False, free: bool = False) -> Column:
    return Column(key, heading, Kind.LIST, values, free, heading_due=due, cell_due=due)


def _date(key: str, heading: str, due: bool = False) -> Column:
    return Column(key, heading, Kind.DATE, heading_due=due, cell_due=due)


def _whole(key: str, heading: str, due: bool = False) -> Column:
    return Column(key, heading, Kind.WHOLE, heading_due=due, cell_due=due)


def _decimal(key: str, heading: str, low: float | None = None, high: float | None = None, due: bool = False) -> Column:
    return Column(key, heading, Kind.DECIMAL, heading_due=due, cell_due=due, low=low, high=high)


def _yes_no(key: str, heading: str) -> Column:
    return Column(key, heading, Kind.YES_NO, YES_NO)


_STAFF_ID = _code("staff_id", "工号", due=True)

TABLES: tuple[Table, ...] = (
    Table(
        "schools",
        "学校",
        (
            _code("school_id", "学校代码", due=True),
            _text("name", "学校名称", due=True),
            _many("stages", "学段", STAGES, due=True),
            _listed("tier", "层次", TIERS, due=True),
            _listed("location", "区域", LOCATIONS, due=True),
            _text("zone", "片区"),
            _text("group", "教育集团"),
            _listed("campus", "校区", CAMPUSES),
            Column("headcount_limit", "编制数", Kind.WHOLE, heading_due=True),
            _whole("students", "学生数"),
            _listed("ownership", "办学性质", OWNERSHIPS),
            _whole("principal_posts", "校长职数"),
            _whole("deputy_posts", "副校长职数"),
            _whole("middle_chief_posts", "中层正职职数"),
            _whole("middle_deputy_posts", "中层副职职数"),
            _whole("senior_posts", "高级岗位数"),
            _whole("intermediate_posts", "中级岗位数"),
            _decimal("latitude", "纬度", -90, 90),
            _decimal("longitude", "经度", -180, 180),
        ),
        due=True,
    ),
    Table(
        "staff",
        "教职工",
        (
            _STAFF_ID,
            _text("name", "姓名", due=True),
            _listed("sex", "性别", SEXES, due=True),
            _date("birth_date", "出生日期", due=True),
            _date("hired_on", "参加工作时间", due=True),
            _code("school_id", "学校代码", due=True),
            _date("joined_school", "到本校时间", due=True),
            Column("stage", "任教学段", Kind.LISTED, STAGES, heading_due=True),
            _text("subject", "任教学科", due=True, cell=False),
            _many("other_subjects", "可任教学科", {}, free=True),
            _many("other_stages", "可任教学段", STAGES),
            _listed("position", "职务", POSITIONS, due=True),
            _date("position_since", "任现职时间"),
            _text("department", "处室"),
            _code("reports_to", "直接上级工号"),
            _yes_no("key_post", "关键岗位"),
            _listed("title", "职称", TITLES),
            _listed("backbone", "骨干称号", BACKBONES),
            _date("backbone_since", "骨干认定时间"),
            _yes_no("full_time", "专任教师"),
            _listed("degree", "学历", DEGREES),
            _many("duties", "本年任务", DUTIES, free=True),
            _decimal("home_latitude", "住址纬度", -90, 90),
            _decimal("home_longitude", "住址经度", -180, 180),
            _yes_no("funded_normal_student", "公费师范生"),
            _decimal("points", "量化积分"),
        ),
        due=True,
    ),
    Table(
        "demand",
        "学科编制",
        (
            _code("school_id", "学校代码", due=True),
            _listed("stage", "学段", STAGES, due=True),
            _text("subject", "学科", due=True),
            _whole("required", "应配", due=True),
            _whole("minimum", "最低"),
            _whole("maximum", "最高"),
        ),
    ),
    Table(
        "exemptions",
        "暂缓情形",
        (
            _STAFF_ID,
            _listed("kind", "情形", EXEMPTIONS, due=True),
            _date("start", "起"),
            _date("end", "止"),
            _text("evidence", "依据"),
        ),
    ),
    Table(
        "applications",
        "志愿",
        (
            _STAFF_ID,
            _whole("rank", "志愿序", due=True),
            _code("school_id", "学校代码"),
            _text("zone", "片区"),
            _listed("reason", "理由", REASONS, free=True),
        ),
    ),
    Table(
        "history",
        "任职经历",
        (
            _STAFF_ID,
            _code("school_id", "学校代码"),
            _listed("location", "区域", LOCATIONS),
            _listed("tier", "层次", TIERS),
            _date("start", "起", due=True),
            _date("end", "止"),
            _listed("kind", "类别", HISTORY_KINDS, due=True),
        ),
    ),
    Table(
        "appraisals",
        "年度考核",
        (
            _STAFF_ID,
            Column("year", "年度", Kind.YEAR, heading_due=True, cell_due=True),
            _listed("result", "结果", RESULTS, due=True),
            _listed("ethics", "师德", RESULTS),
        ),
    ),
    Table(
        "relatives",
        "亲属关系",
        (_STAFF_ID, _code("relative_id", "亲属工号", due=True), _listed("kinship", "关系", KINSHIPS, due=True)),
    ),
    Table(
        "pins",
        "指定",
        (
            _STAFF_ID,
            _code("school_id", "学校代码"),
            _listed("verdict", "指定", VERDICTS, due=True),
            _text("reason", "理由"),
        ),
    ),
    Table(
        "distances",
        "距离",
        (
            _code("from_school", "起点学校", due=True),
            _code("to_school", "终点学校", due=True),
            _decimal("km", "公里", 0, 20000, due=True),
        ),
    ),
)
TABLE_KEYS: tuple[str, ...] = tuple(t.key for t in TABLES)
ASKS = {"stay": "留任", "to": "调到", "not_to": "不去"}
APPEALS = Table(
    "appeals",
    "申诉",
    (
        _STAFF_ID,
        _listed("asks", "诉求", ASKS, due=True),
        _code("school_id", "学校代码"),
        _decimal("weight", "权重", 0, 1_000_000),
    ),
)  # a file of its own, never a table of a district
MOST_COLUMNS = 702  # of a sheet: column ZZ
ROW = "_row"  # the column of a frame that holds the row number in the user's file


def table(key: str) -> Table:
    """The table of this English key."""
    return next(t for t in (*TABLES, APPEALS) if t.key == key)


def plain(text: str) -> str:
    """A heading or listed value as it is compared: NFKC, lower case, no blanks, English words joined by ``_``."""
    words = unicodedata.normalize("NFKC", text).strip().strip("*").lower().replace("-", " ").split()
    joined = "_".join(words)
    return joined if joined.isascii() else "".join(words)


def find_table(name: str) -> Table | None:
    """The table that a file or sheet of this name (English key or Chinese) holds, if any."""
    wanted = plain(name)
    return next((t for t in TABLES if wanted in (t.key, t.name)), None)


@cache
def headings(table_key: str) -> dict[str, str]:
    """Every accepted heading of a table in its compared form, English and Chinese, to the column's key."""
    columns = table(table_key).columns
    return {plain(c.heading): c.key for c in columns} | {c.key: c.key for c in columns}


def accepted(values: Mapping[str, str]) -> dict[str, str]:
    """Every accepted writing of listed values in its compared form, to the English key."""
    return {plain(zh): key for key, zh in values.items()} | {plain(key): key for key in values}


def label(values: Mapping[str, str], key: str, lang: str = "zh") -> str:
    """A listed value as a reader of ``lang`` sees it: the Chinese word, or the key; other text as it stands."""
    return values.get(key, key) if lang == "zh" else key
