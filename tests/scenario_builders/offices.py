"""Scenarios of offices: a bureau and its units, a town, a judicial bureau, a company, a housing bureau."""

from __future__ import annotations

from scenario_builders.ground import AS_OF, KINSHIPS, Ground, Row, since

Units = dict[str, tuple[str, tuple[str, ...]]]


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _units(
    ground: Ground, units: Units, cadres: tuple[int, int], deputies: tuple[int, ...], posts: tuple[int, ...]
) -> None:
    """Units with their departments: a head (nearly always), deputies, and from..to ordinary cadres each."""
    for code, (name, departments) in units.items():
        ground.school(code, name)
        ground.person(code, "", "principal", age=44 + ground.below(12), post=6 + ground.below(60))
        ground.person(code, "", "deputy_principal", age=40 + ground.below(14), post=6 + ground.below(60))
        for department in departments:
            if ground.chance(0.93):
                ground.person(code, department, "middle_chief", age=35 + ground.below(22), post=ground.pick(posts))
            for _ in range(ground.pick(deputies)):
                ground.person(code, department, "middle_deputy", age=30 + ground.below(22), post=ground.pick(posts))
            for _ in range(cadres[0] + ground.below(cadres[1] - cadres[0] + 1)):
                ground.person(code, department, "teacher", age=24 + ground.below(34), post=ground.pick(posts))
        ground.person(code, departments[0], "support", age=30 + ground.below(24), post=40)


def _kin(ground: Ground, number: int) -> None:
    """Relatives in different departments, so many pairs."""
    staff = [p for p in ground.tables["staff"] if p["department"] and p["position"] != "support"]
    taken: set[str] = set()
    while number:
        one, other = ground.pick(staff), ground.pick(staff)
        if one["department"] == other["department"] or {one["staff_id"], other["staff_id"]} & taken:
            continue
        taken |= {one["staff_id"], other["staff_id"]}
        ground.kin(one, other, "spouse" if number % 2 and one["sex"] != other["sex"] else KINSHIPS[1 + number % 4])
        number -= 1


def _of(ground: Ground, *positions: str) -> list[Row]:
    return [p for p in ground.tables["staff"] if p["position"] in positions]


CADRES = ("middle_chief", "middle_deputy", "teacher")


def huzhou_bureau() -> Ground:
    """The office of a bureau with ten sections, and five units."""
    ground = Ground(2027_02)
    units: Units = {
        "01": (
            "教育局机关",
            _names(
                "办公室 组织人事科 计划财务科 基础教育科 职成教育科 学前教育科 政策法规科 督导室 体育卫生科 安全保卫科"
            ),
        ),
        "02": ("教育考试中心", _names("考务科 自考科 综合科")),
        "03": ("教育研究院", _names("小学研究部 中学研究部 评价部")),
        "04": ("教育技术中心", _names("网络部 装备部")),
        "05": ("学生资助中心", _names("资助科 宣传科")),
        "06": ("会计核算中心", _names("核算科 审计科")),
    }
    _units(ground, units, (3, 6), (0, 1, 1, 2), (6, 14, 22, 26, 30, 34, 35, 36, 40, 44, 50, 58, 59, 60, 72, 96))
    for person in _of(ground, *CADRES):  # the young have been moved before: few of them are long in post
        if (
            person["birth_date"].year >= AS_OF.year - 40
            and person["position_since"] <= since(60)
            and ground.chance(0.8)
        ):
            person["position_since"] = since(ground.pick((26, 30, 33)))
    for person in _of(ground, *CADRES):  # and two sections have many who have been there for long
        if person["department"] in ("考务科", "组织人事科") and person["birth_date"].year < AS_OF.year - 41:
            person["position_since"] = min(person["position_since"], since(64 + ground.below(30)))
            person["joined_school"] = min(person["joined_school"], person["position_since"])
            person["hired_on"] = min(person["hired_on"], person["joined_school"])
    for department in _names("督导室 政策法规科 核算科 审计科 综合科 评价部"):  # sections without anybody of 40 or less
        for person in [p for p in _of(ground, *CADRES) if p["department"] == department]:
            person["birth_date"] = person["birth_date"].replace(year=1968 + ground.below(16))
    for person in _of(ground, *CADRES):
        for _ in range(ground.pick((1, 2, 2, 3))):
            end = _between(person)
            ground.past(person, "post", end + 12, end, school_id=ground.pick(("01", "02", "03", "")))
    due = [p for p in _of(ground, *CADRES) if p["position_since"] <= since(60)]
    for number, person in enumerate(due):
        asked = ("05",) if person["position"] == "middle_chief" else (("04", "02"), ("04",), ("02", "03"))[number % 3]
        wished = [code for code in asked if code != person["school_id"]]
        if wished:
            ground.apply(person, *wished)
    free = [p for p in _of(ground, "teacher") if since(30) < p["position_since"]]
    for person, verdict, school in zip(ground.some(free, 3), ("move", "to", "to"), ("", "03", "05"), strict=True):
        ground.add(
            "pins",
            staff_id=person["staff_id"],
            school_id=school if school != person["school_id"] else "06",
            verdict=verdict,
            reason="工作需要",
        )
    _kin(ground, 14)
    ground.report_to_heads()
    ground.limits(**{"01": 4, "03": 3, "04": 9, "05": 2, "06": 2})
    return ground


def _between(person: Row) -> int:
    """Months ago at which an earlier post ended: when the present one began."""
    return next(months for months in range(1, 700) if since(months) == person["position_since"])


def _fit(ground: Ground, column: str, departments: list[str], most: int) -> None:
    for person in _of(ground, *CADRES):
        others = [each for each in departments if each != person["department"]]
        person[column] = ";".join(sorted({person["department"], *ground.some(others, 1 + ground.below(most))}))


def huangtu_town() -> Ground:
    """The town's office with eight offices, and five stations."""
    ground = Ground(2027_03)
    units: Units = {
        "01": (
            "黄土镇机关",
            _names(
                "党政综合办公室 党建工作办公室 经济发展办公室 社会事务办公室 "
                "平安法治办公室 自然资源办公室 应急管理办公室 财政审计办公室"
            ),
        ),
        "02": ("农业农村服务中心", _names("农技站 水利站")),
        "03": ("文化旅游服务中心", _names("文化站 旅游站")),
        "04": ("村镇建设服务中心", _names("规划站 环卫站")),
        "05": ("便民服务中心", _names("受理大厅 社保站")),
        "06": ("退役军人服务站", _names("服务室")),
    }
    _units(ground, units, (3, 5), (0, 1, 1), (6, 14, 22, 30, 40, 50, 59, 60, 66, 80))
    offices = [each for _, departments in units.values() for each in departments]
    _fit(ground, "适任办公室", offices, 5)
    for person in _of(ground, *CADRES):  # an office with many due, and one whose head and deputies are due together
        if person["department"] == "受理大厅" or (
            person["department"] == "党建工作办公室" and person["position"] != "teacher"
        ):
            person["position_since"] = min(person["position_since"], since(72))
            person["joined_school"] = min(person["joined_school"], person["position_since"])
            person["hired_on"] = min(person["hired_on"], person["joined_school"])
        if person["department"] == "党建工作办公室":
            person["适任办公室"] = ";".join(offices)
    due = [p for p in _of(ground, *CADRES) if p["position_since"] <= since(60)]
    for number, person in enumerate(ground.some(due, 6)):
        years = 58 if person["sex"] == "M" else 53
        person["birth_date"] = person["birth_date"].replace(year=2027 - years - 1)
        person["hired_on"] = since((years - 24) * 12)
        if number < 4:
            ground.exempt(person, "other", evidence="提前离岗申请")
    for person in ground.some([p for p in due if p["birth_date"].year > 1976], 2):  # asked, but far from the age
        ground.exempt(person, "other", evidence="提前离岗申请")
    for number, person in enumerate(due):
        code = ("03", "05", "02")[number % 3]
        if code != person["school_id"]:
            ground.apply(person, code)
    _kin(ground, 22)
    ground.report_to_heads()
    ground.limits(**{"01": 1, "04": 1})
    return ground


def judicial_bureau() -> Ground:
    """One bureau: ten sections and ten judicial stations."""
    ground = Ground(2027_04)
    sections = (
        "办公室",
        "政治处",
        "法治调研科",
        "行政复议科",
        "行政执法监督科",
        "社区矫正科",
        "公共法律服务科",
        "律师公证科",
        "装备财务科",
        "普法科",
    )
    stations = tuple(
        f"{name}司法所" for name in ("城关", "东坪", "柳溪", "石桥", "河湾", "云台", "麦垄", "清泉", "枣岭", "双井")
    )
    _units(
        ground,
        {"01": ("青禾县司法局", sections + stations)},
        (3, 5),
        (0, 1),
        (10, 24, 36, 48, 60, 72, 84, 100, 110, 118, 119, 120, 126, 140, 150),
    )
    staff = _of(ground, *CADRES)
    for person in staff:
        person["key_post"] = person["department"] in (
            "政治处",
            "装备财务科",
            "行政执法监督科",
            "社区矫正科",
        ) or ground.chance(0.1)
    for person in ground.some([p for p in staff if p["birth_date"].year < 1986], 9):
        person["position_since"] = since(ground.pick((178, 179, 180, 200)))
        person["joined_school"], person["hired_on"] = since(210), since(220)
    for person in ground.some([p for p in staff if p["position_since"] > since(100)], 4):
        person["应当回避"] = "是"
    due = [
        p
        for p in staff
        if p.get("应当回避")
        or p["position_since"] <= since(180)
        or (p["key_post"] and p["position_since"] <= since(120))
    ]
    papers = (("illness", "医院证明"), ("investigation", "立案通知"), ("other", "局党组纪要"), ("illness", ""))
    for person, (kind, paper) in zip(ground.some(due, len(papers)), papers, strict=True):
        ground.exempt(person, kind, evidence=paper)
    for person in ground.some([p for p in due if p["sex"] == "M"], 2):
        person["birth_date"] = person["birth_date"].replace(year=1966)
    _kin(ground, 16)
    ground.report_to_heads()
    ground.limits(**{"01": 5})
    return ground


def company() -> Ground:
    """Ten departments of a company with thirty-two groups of posts."""
    ground = Ground(2027_06)
    names = {
        "采购部": _names("原料采购 设备采购 供应商管理"),
        "生产一部": _names("备料 成型 装配 包装"),
        "生产二部": _names("热处理 机加工 涂装 总装"),
        "质量部": _names("来料检验 过程检验 成品检验"),
        "研发部": _names("结构设计 电气设计 试制"),
        "设备部": _names("维修 点检 动力"),
        "物流部": _names("仓储 配送 调度"),
        "营销部": _names("华东销售 华南销售 客户服务"),
        "财务部": _names("核算 资金 成本"),
        "综合管理部": _names("人事 行政 信息"),
    }
    units: Units = {f"C{number:02d}": (name, groups) for number, (name, groups) in enumerate(names.items(), 1)}
    _units(ground, units, (6, 10), (0, 1), (4, 10, 16, 24, 30, 36, 48, 60))
    groups = [group for each in names.values() for group in each]
    _fit(ground, "具备技能", groups, 9)
    staff = _of(ground, *CADRES)
    listed = ground.some(staff, 62)
    for number, person in enumerate(listed):
        person["本期名单"] = "待批" if number % 8 == 3 else "已批准"
        if number % 12 == 5:
            ground.past(person, "exchange", 2, -4)
    for person in [p for p in staff if p["department"] in ("装配", "核算")][:7]:  # groups with more names than may go
        person["本期名单"] = "已批准"
    ground.report_to_heads()
    ground.limits(**dict.fromkeys(units, 5))
    return ground


def housing_bureau() -> Ground:
    """A housing bureau with ten sections and its trade centre with three."""
    ground = Ground(2027_07)
    units: Units = {
        "01": (
            "房产管理局机关",
            _names("办公室 人事科 财务科 住房保障科 房屋征收科 物业管理科 市场监管科 权籍科 政策法规科 信访科"),
        ),
        "02": ("房产交易中心", _names("受理科 审核科 档案科")),
    }
    _units(ground, units, (3, 5), (0, 1, 1), (6, 12, 20, 30, 36, 44, 50, 58, 59, 60, 66, 90))
    ground.report_to_heads()
    ground.limits(**{"01": 3, "02": 3})
    return ground
