"""The builders by the name of their scenario."""

from __future__ import annotations

from collections.abc import Callable

from scenario_builders import offices, schools
from scenario_builders.baqiao import baqiao
from scenario_builders.ground import Ground
from scenario_builders.ruian import ruian
from scenario_builders.taihe import taihe

BUILDERS: dict[str, Callable[[], Ground]] = {
    "county-middle": schools.county_middle,
    "huzhou-bureau": offices.huzhou_bureau,
    "huangtu-town": offices.huangtu_town,
    "judicial-bureau": offices.judicial_bureau,
    "hangzhou-school": schools.hangzhou_school,
    "company": offices.company,
    "housing-bureau": offices.housing_bureau,
    "reserve": schools.reserve,
    "ruian": ruian,
    "taihe": taihe,
    "baqiao": baqiao,
}
