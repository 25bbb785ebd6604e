"""Scenarios of schools: a county's middle cadres, a school with its partners, a pool of reserve cadres."""

from __future__ import annotations

from scenario_builders.ground import Ground, Row, since

SUBJECTS = {
    "primary": ("语文", "数学", "英语", "科学", "体育", "音乐"),
    "junior": ("语文", "数学", "英语", "物理", "历史", "体育"),
    "senior": ("语文", "数学", "英语", "物理", "化学", "历史"),
}
OFFICES = ("党政办公室", "教务处", "德育处", "总务处", "教科室", "团委", "安全办", "信息中心")


HIGHER = ("城关初级中学", "东坪初级中学", "双井九年一贯制学校", "城关第一小学", "城关第二小学")


def _point(ground: Ground, latitude: float, longitude: float, spread: float) -> Row:
    """A place around a point, within so many degrees."""
    return {
        "latitude": round(latitude + spread * (ground.rng.random() - 0.5), 4),
        "longitude": round(longitude + spread * (ground.rng.random() - 0.5), 4),
    }


def teaches(ground: Ground, stages: str) -> dict[str, str]:
    """Stage and subject of somebody who teaches in a school of these stages."""
    stage = ground.pick(stages.split(";"))
    return {"stage": stage, "subject": ground.pick(SUBJECTS[stage])}


def county_middle() -> Ground:
    """Twenty-two public schools of a county (and a private one), five to eight offices each."""
    ground = Ground(2027_01)
    plan = [
        ("senior", "正科级", 3, 8),
        ("junior", "股级", 7, 6),
        ("primary;junior", "股级", 2, 6),
        ("primary", "股级", 10, 5),
    ]
    places = ["东坪", "柳溪", "石桥", "河湾", "云台", "麦垄"]
    names = {
        "senior": ["青禾县第一中学", "青禾县第二中学", "青禾县职业高中"],
        "junior": [f"{place}初级中学" for place in ("城关", *places)],
        "primary;junior": ["双井九年一贯制学校", "南塬九年一贯制学校"],
        "primary": ["城关第一小学", "城关第二小学", *(f"{place}小学" for place in (*places, "清泉", "枣岭"))],
    }
    for stages, rank, number, offices in plan:
        for each in range(number):
            code = f"{len(ground.tables['schools']) + 1:02d}"
            name = names[stages][each]
            town = not name.startswith(("青禾", "城关"))
            level = "副科级" if name in HIGHER else rank
            where = {"location": "town", "zone": name[:2]} if town else {"location": "urban", "zone": "城区"}
            point = _point(ground, 33.4, 108.2, 0.3 if town else 0.03)
            school = ground.school(code, name, stages=stages, 学校级别=level, **where, **point)
            _offices(ground, school, OFFICES[:offices])
    private = ground.school("23", "晨星实验学校", stages="primary", ownership="private", 学校级别="股级", zone="城区")
    _offices(ground, private, OFFICES[:4])
    cadres = [p for p in ground.tables["staff"] if p["position"] in ("middle_chief", "middle_deputy")]
    due = [p for p in cadres if p["position_since"] <= since(72) and p["joined_school"] <= since(72)]
    special = (
        ("pregnancy", "医院证明"),
        ("illness", "医院诊断书"),
        ("hardship", "学校书面报告"),
        ("course_lead", "学校书面报告"),
        ("other", "学校书面报告"),
    )
    for number, person in enumerate(ground.some(due, 8)):
        kind, paper = special[number % len(special)]
        ground.exempt(person, kind, evidence=paper if number != 6 else "", 批准="否" if number in (5, 6) else "是")
    levels = {s["school_id"]: (s["学校级别"], s["stages"]) for s in ground.tables["schools"][:-1]}
    for person in ground.some(due, len(due) // 2):
        alike = [
            key
            for key, level in levels.items()
            if level == levels.get(person["school_id"]) and key != person["school_id"]
        ]
        if alike:
            ground.apply(
                person, *ground.some(alike, 1 + ground.below(2)), reason=ground.pick(("couple", "care", "other"))
            )
    for school in ground.tables["schools"]:
        held = {rank: sum(p["school_id"] == school["school_id"] and p["position"] == rank for p in cadres)
                for rank in ("middle_chief", "middle_deputy")}  # fmt: skip
        school["principal_posts"] = 1
        school["middle_chief_posts"] = held["middle_chief"] + int(ground.chance(0.4))
        school["middle_deputy_posts"] = held["middle_deputy"] + int(ground.chance(0.25))
    ground.report_to_heads()
    ground.limits(**{s["school_id"]: 3 for s in ground.tables["schools"]})
    return ground


def _offices(ground: Ground, school: Row, offices: tuple[str, ...]) -> None:
    code, stages = school["school_id"], school["stages"]
    ground.person(
        code, "", "principal", age=42 + ground.below(14), post=6 + ground.below(80), **teaches(ground, stages)
    )
    for _ in range(2):
        ground.person(
            code,
            "",
            "deputy_principal",
            age=38 + ground.below(16),
            post=6 + ground.below(80),
            **teaches(ground, stages),
        )
    for office in offices:
        ranks = ["middle_chief"] * ground.chance(0.95) + ["middle_deputy"] * ground.pick((0, 1, 1, 1, 2))
        for rank in ranks:
            post = ground.pick((5, 14, 20, 26, 30, 38, 44, 50, 56, 62, 68, 71, 72, 78, 84, 96, 110))
            age = 34 + ground.below(19) + ground.pick((0, 0, 0, 3))
            before = ground.pick((36, 48, 60)) if rank == "middle_chief" and ground.chance(0.4) else 0
            joined = post + before + ground.below(40) if before else None
            person = ground.person(code, office, rank, age=age, post=post, joined=joined, **teaches(ground, stages))
            if before:  # once deputy of the same office
                person["任现处室中层时间"] = max(since(post + before), person["joined_school"])
        if ground.chance(0.6):
            ground.person(code, office, "teacher", **teaches(ground, stages))


def hangzhou_school() -> Ground:
    """A school, its campuses and five partners; six offices each, one chief and one deputy."""
    ground = Ground(2027_05)
    names = (
        "求知中学", "求知中学东校区", "求知中学北校区", "湖滨中学",
        "运河中学", "钱塘小学", "留下小学", "笕桥九年一贯制学校",
    )  # fmt: skip
    for number, name in enumerate(names, 1):
        code = f"H{number}"
        stages = "primary" if "小学" in name else "primary;junior" if "九年" in name else "junior"
        group = {"group": "求知教育集团", "campus": "main" if number == 1 else "branch"} if number <= 3 else {}
        zone = "城西" if number <= 4 else "城东"
        ground.school(code, name, stages=stages, zone=zone, **group, **_point(ground, 30.27, 120.15, 0.2))
        ground.person(
            code, "", "principal", age=45 + ground.below(10), post=20 + ground.below(60), **teaches(ground, stages)
        )
        for office in OFFICES[:6]:
            for rank in ("middle_chief", "middle_deputy"):
                if rank == "middle_deputy" and ground.chance(0.15):
                    continue
                post = ground.pick((8, 20, 40, 55, 70, 84, 95, 107, 108, 110, 125))
                ground.person(code, office, rank, age=34 + ground.below(20), post=post, **teaches(ground, stages))
            ground.person(code, office, "teacher", **teaches(ground, stages))
    due = [p for p in ground.tables["staff"] if "middle" in p["position"] and p["position_since"] <= since(108)]
    for person in due[::5]:
        ground.apply(person, *ground.some(_others(ground, person), 2))
    ground.report_to_heads()
    ground.limits(**{s["school_id"]: 3 for s in ground.tables["schools"]})
    return ground


def _others(ground: Ground, person: Row) -> list[str]:
    """The other schools that teach the person's stage."""
    schools = [s for s in ground.tables["schools"] if person["stage"] in s["stages"].split(";")]
    return [s["school_id"] for s in schools if s["school_id"] != person["school_id"]]


KINDS_OF_PLACE = (
    [("urban", "quality")] * 4 + [("urban", "general")] * 4 + [("urban", "weak")] * 2 + [("town", "quality")] * 2
    + [("town", "general")] * 6 + [("rural", "general")] * 6 + [("rural", "weak")] * 6
)  # fmt: skip
ZONES = {"urban": "城区", "town": "城郊", "rural": "山区"}
SPREAD = {"urban": 0.05, "town": 0.3, "rural": 0.6}
IN_POOL = {"urban": 4, "town": 1, "rural": 1}
TRAINING = (1, 3, 18, 21)


def reserve() -> Ground:
    """Thirty schools of a county and a pool of sixty-odd reserve cadres."""
    ground = Ground(2027_08)
    first = (
        "青云",
        "临江",
        "清河",
        "松林",
        "望山",
        "梧桐",
        "槐荫",
        "杏坛",
        "柳岸",
        "石门",
        "白鹿",
        "云峰",
        "长坪",
        "泉水",
        "东岭",
    )
    for number, (location, tier) in enumerate(KINDS_OF_PLACE):
        stages = "primary" if number % 2 == 0 else "junior"
        code = f"R{number + 1:02d}"
        ground.school(
            code, first[number // 2] + ("小学" if stages == "primary" else "初级中学"), stages=stages,
            location=location, tier=tier, zone=ZONES[location], **_point(ground, 29.5, 106.4, SPREAD[location]),
            上年考评=60 + ground.below(40), 本年考评=60 + ground.below(40),
            培养基地="是" if number in TRAINING else "否",
        )  # fmt: skip
        ground.person(
            code, "", "principal", age=44 + ground.below(12), post=6 + ground.below(90), **teaches(ground, stages)
        )
        for _ in range(ground.pick((1, 1, 2))):
            age, post = 38 + ground.below(14), 6 + ground.below(60)
            ground.person(code, "", "deputy_principal", age=age, post=post, **teaches(ground, stages))
        for _ in range(5):
            given = {"backbone": ground.pick(("", "", "school")), **teaches(ground, stages)}
            ground.person(code, "", age=26 + ground.below(28), joined=60 + ground.below(150), **given)
        for _ in range(IN_POOL[location] + (tier == "weak") + (tier == "quality" and location == "urban")):
            _reserve_cadre(ground, code, stages)
    pool = [p for p in ground.tables["staff"] if p.get("后备干部") == "是"]
    for number, person in enumerate(pool):
        others = _others(ground, person)
        if number % 9 == 4:
            given = {"school_id": ground.pick(others), "location": "rural", "tier": "weak"}
            ground.past(person, "exchange", 150, 120, **given)
        if number % 13 == 6:
            ground.past(person, "attachment", 8, None, location="town")
        if number % 2:
            towns = [s["school_id"] for s in ground.tables["schools"] if s["location"] == "town"]
            ground.apply(person, *[each for each in others if each in towns][:2])
    ground.report_to_heads()
    ground.limits(**{s["school_id"]: 4 for s in ground.tables["schools"]})
    return ground


def _reserve_cadre(ground: Ground, code: str, stages: str) -> None:
    pool = sum(p.get("后备干部") == "是" for p in ground.tables["staff"])
    credits = 40 + ground.below(12) if pool % 15 == 7 else 62 + ground.below(38)
    approval = round(70 + 9 * ground.rng.random(), 1) if pool % 14 == 9 else round(80 + 20 * ground.rng.random(), 1)
    ground.person(
        code, "", age=28 + ground.below(12), joined=ground.pick((24, 35, 36, 50, 70, 90)), **teaches(ground, stages),
        backbone="" if pool % 11 == 3 else ground.pick(("school", "county", "city")), 后备干部="是",
        年度学分=credits, 不合格次数=2 if pool % 17 == 5 else ground.pick((0, 0, 0, 1)), 认可度=approval,
    )  # fmt: skip
