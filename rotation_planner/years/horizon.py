"""``horizon``: several school years in a row, each planned with an eye on those behind it."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from rotation_planner.data import schema
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.data.writing import write_tables
from rotation_planner.eligibility.standing import stand
from rotation_planner.plan.plan import Status
from rotation_planner.policy.wording import sentence
from rotation_planner.run.diagnosing import diagnose
from rotation_planner.run.making import Outcome
from rotation_planner.run.scenario import Scenario, load_scenario
from rotation_planner.words import language, say
from rotation_planner.years.assumptions import USUAL, Assumptions, read_assumptions
from rotation_planner.years.averting import Former, Lack, avert, easing, follow, lacks, total
from rotation_planner.years.ledger import PLACE
from rotation_planner.years.levels import Need
from rotation_planner.years.outlook import Horizon, Trouble, Year
from rotation_planner.years.planning import Ahead, Listener, look, plan_year
from rotation_planner.years.rolling import REPORT, roll
from rotation_planner.years.scenariofile import plain, write_scenario_file
from rotation_planner.years.settings import call_more, listed, merged

A_YEAR, LEAST_A_YEAR = 35.0, 15.0  # seconds to plan a year, at most where the scenario's own limit is longer
IN_ALL = 54.0  # seconds a year for everything: what a year without a plan takes, the later ones have less
LEAST_AHEAD = 5  # years looked at from each year on, at least: the last years are planned with an eye on what follows
PATIENCE = 3.0  # times as long for a year in which nothing was found
AVERTING = 40.0  # seconds to look for what an earlier year can do
DIAGNOSING, REPAIRS = 15.0, 4  # seconds for the diagnosis of a year that no earlier one can help, and repairs told
SMALL = 600  # people up to whom it is looked for in every earlier year, not in the one before alone


class Folder:
    """A folder for as long as anybody holds it."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="rotation-planner-"))
        weakref.finalize(self, shutil.rmtree, self.path, True)


def horizon(
    scenario: Scenario,
    years: int = 3,
    out: Path | str | None = None,
    *,
    assume: Assumptions | Path | str | None = None,
    time_limit: float | None = None,
    progress: Listener | None = None,
    tell: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
) -> Horizon:
    """Plan so many school years in a row, the scenario's own the first; written into ``out`` where that is given and
    this year has a plan.

    ``assume``: what is assumed of the years ahead (an object or a YAML file; what it leaves out is as usual, and all of
    it is told in the result). ``time_limit``: seconds to plan one year. ``progress`` is called by the search of each
    year, ``tell`` with every step. ``stop``: set it, or press Ctrl-C once, to end with the years planned by then.

    Raises:
        InputError: the assumptions or the folder cannot be used.
    """
    from rotation_planner.years.placing import check_free
    from rotation_planner.years.writing import MARK, write_horizon

    how = assume if isinstance(assume, Assumptions) else read_assumptions(assume, USUAL)
    if out is not None:
        check_free(Path(out), MARK)
    limit = min(scenario.file.solve.time_limit, A_YEAR) if time_limit is None else time_limit
    options = dataclasses.replace(scenario.file.solve, time_limit=limit)
    run = _Run(scenario, years, how, options, progress, tell or (lambda _: None), stop or threading.Event())
    run.hurries = time_limit is None
    found = run.go()
    if out is not None and found.years and found.years[0].outcome.plan is not None:
        write_horizon(found, Path(out))
    return found


class _Run:
    """The years one after another."""

    def __init__(
        self,
        scenario: Scenario,
        years: int,
        how: Assumptions,
        options: SolveOptions,
        progress: Listener | None,
        tell: Callable[[str], None],
        stop: threading.Event,
    ) -> None:
        self.years, self.how, self.options = years, how, options
        self.progress, self.tell, self.stop = progress, tell, stop
        self.folder = Folder()
        self.scenarios: list[Scenario] = [scenario]
        self.done: list[Year] = []
        self.troubles: list[Trouble] = []
        self.needs: dict[int, tuple[Need, ...]] = {}
        self.eased: dict[int, dict[str, Any]] = {}  # changes of a year's rules by which some of them give
        self.looked_back: set[int] = set()
        self.began = time.perf_counter()
        self.hurries = True  # whether later years have less time where earlier ones took long

    def go(self) -> Horizon:
        """Plan year after year; where one has no plan, go back, else let rules give."""
        while len(self.done) < self.years and not (self.done and self.stop.is_set()):
            number = len(self.done)
            scenario = self._scenario(number)
            self.tell(say("horizon.tell_year", year=scenario.district.as_of.year))
            ahead = look(scenario, max(self.years - number, LEAST_AHEAD), self.how)
            scenario, ahead = self._called(scenario, ahead)
            outcome = self._plan(scenario, ahead, number)
            if outcome.status is Status.UNKNOWN and not self.stop.is_set():  # a busy machine; once more, with patience
                outcome = self._plan(scenario, ahead, number, PATIENCE)
            if outcome.plan is not None:
                self._keep(scenario, ahead, outcome)
            elif self.stop.is_set() and self.done:
                break
            elif self.stop.is_set() or not self._mend(scenario, outcome, number):
                self.done.append(Year(scenario, ahead, outcome, None, self.needs.get(number, ()), {}, self.folder))
                break
        seconds = time.perf_counter() - self.began
        return Horizon(tuple(self.done), self.years, tuple(self.troubles), self.how, seconds, self.stop.is_set())

    def _scenario(self, number: int) -> Scenario:
        """The scenario of a year, with the rules that give in it."""
        scenario = self.scenarios[number]
        if number in self.eased:
            folder = scenario.file.path.parent
            set_adjust(folder, merged(scenario.changes, self.eased[number]))
            return load_scenario(folder)
        return scenario

    def _called(self, scenario: Scenario, ahead: Ahead) -> tuple[Scenario, Ahead]:
        """The year with the programme's numbers, where it calls more people of a phased school than the rule does: they
        stand in a column of the schools that the rule reads, so that everybody who judges the plan knows them."""
        schools, changes = call_more(scenario, ahead)
        if not changes:
            return scenario, ahead
        folder = self.folder.path / f"{scenario.district.as_of.year}-{len(self.looked_back)}-called"
        folder.mkdir(exist_ok=True)
        own = self.scenarios[len(self.done)]
        write_tables({**scenario.district.frames, "schools": schools}, folder)
        write_scenario_file(scenario, folder, scenario.district.as_of, merged(scenario.changes, changes))
        if (scenario.file.folder / PLACE).is_file():
            (folder / PLACE).parent.mkdir(exist_ok=True)
            shutil.copy(scenario.file.folder / PLACE, folder / PLACE)
        if (scenario.file.folder / REPORT).is_file() and own is not self.scenarios[0]:
            shutil.copy(scenario.file.folder / REPORT, folder / REPORT)
        called = load_scenario(folder)
        standing = stand(called.district, called.policy, draw=called.file.solve.draw)
        return called, dataclasses.replace(ahead, standing=standing)

    def _plan(self, scenario: Scenario, ahead: Ahead, number: int, longer: float = 1.0) -> Outcome:
        limit = self.options.time_limit
        if self.hurries:
            left = IN_ALL * self.years - (time.perf_counter() - self.began)
            limit = min(limit, max(left / (self.years - number) - (IN_ALL - A_YEAR) / 2, LEAST_A_YEAR))
        options = dataclasses.replace(self.options, time_limit=longer * limit)
        return plan_year(
            scenario, ahead, self.how, options, needs=self.needs.get(number, ()), progress=self.progress,
            stop=self.stop,
        )  # fmt: skip

    def _keep(self, scenario: Scenario, ahead: Ahead, outcome: Outcome) -> None:
        """Keep the year and roll it into the next one, to which no rule that gives now is handed on."""
        number = len(self.done)
        if outcome.plan is None:
            return
        eased = self.eased.get(number, {})
        kept = {key: value for key, value in scenario.changes.items() if key not in eased}
        own = {key: value for key, value in self.scenarios[number].changes.items() if key in eased}
        base = dataclasses.replace(scenario, changes={**kept, **own})
        place = self.folder.path / f"{scenario.district.as_of.year + 1}-{len(self.looked_back)}"
        rolled = roll(base, outcome.plan, place, assume=self.how, force=True, outcome=outcome)
        del self.scenarios[number + 1 :]
        self.scenarios.append(rolled.scenario)
        self.done.append(Year(scenario, ahead, outcome, rolled, self.needs.get(number, ()), eased, self.folder))

    def _mend(self, scenario: Scenario, outcome: Outcome, number: int) -> bool:
        """A year without a plan: let an earlier year avert it, or else let rules give; whether to go on."""
        if number == 0 or number in self.eased:
            return False
        year = scenario.district.as_of.year
        lacking = lacks(scenario.district, scenario.policy, outcome.standing, draw=self.options.draw)
        if not lacking:
            return False
        told = tuple(each.sentence for each in outcome.contradictions)
        told = told or tuple(lack_words(scenario, each) for each in lacking)
        self.tell(say("horizon.tell_trouble", year=year, what=told[0]))
        if number not in self.looked_back:
            self.looked_back.add(number)
            if self._go_back(number, year, told, lacking):
                return True
        self.eased[number] = easing(scenario, lacking)
        found = diagnose(scenario, seconds=DIAGNOSING, repairs=REPAIRS, stop=self.stop)
        repairs = tuple(say("horizon.priced", repair=each.sentence, price=each.price_words) for each in found.repairs)
        eased = eased_words(scenario, self.eased[number])
        self.troubles.append(Trouble(year, told, None, (), eased, repairs))
        return True

    def _go_back(self, number: int, year: int, told: tuple[str, ...], lacking: list[Lack]) -> bool:
        """Find what an earlier year must do, the latest first, and make its plan anew; whether one can."""
        deepest = number if len(self.scenarios[0].district.staff) <= SMALL else 1
        ends = time.perf_counter() + AVERTING
        for back in range(1, deepest + 1):
            earlier = self.done[number - back]
            former = Former(earlier.scenario, earlier.ahead, earlier.outcome, earlier.needs, back - 1)
            left = (ends - time.perf_counter()) / (deepest + 1 - back)
            found = avert(former, lacking, self.how, self.options, seconds=left, stop=self.stop)
            if found is None:
                continue
            needs, nearest = found
            del self.done[number - back :]
            at = number - back
            self.needs[at] = needs
            whole = self._plan(earlier.scenario, earlier.ahead, at)
            holds = whole.plan is not None and not total(
                follow(dataclasses.replace(former, needs=needs), whole, self.how, self.options, AVERTING, self.stop)
            )
            self._keep(earlier.scenario, earlier.ahead, whole if holds else nearest)
            new = tuple(need_words(earlier.scenario, each) for each in needs if each not in earlier.needs)
            self.troubles.append(Trouble(year, told, earlier.scenario.district.as_of.year, new, ()))
            return True
        return False


def set_adjust(folder: Path, changes: dict[str, Any]) -> None:
    """Other changes of the rules in the scenario's file of a folder."""
    path = folder / "scenario.yaml"
    parser = YAML()
    parser.width = 4096
    content = parser.load(path.read_text("utf-8"))
    content["adjust"] = plain(changes)
    text = StringIO()
    parser.dump(content, text)
    path.write_text(text.getvalue(), "utf-8", newline="\n")


def lack_words(scenario: Scenario, lack: Lack) -> str:
    """What cannot hold, where, and by how much, in words."""
    names = scenario.district.schools["name"]
    place = listed([str(names.iat[each]) for each in lack.schools]) if lack.single else say("clash.district")
    rule = scenario.policy.by_id.get(lack.rule)
    words = sentence(rule) if rule is not None else lack.rule
    return say("clash.short", place=place, rule=words, amount=f"{lack.amount:g}")


def need_words(scenario: Scenario, need: Need) -> str:
    """What a year must do, in words."""
    district = scenario.district
    if need.what in ("goes", "stays"):
        name = district.staff["name"].iat[district.staff_pos[need.who]]
        return say(f"horizon.need_{need.what}", year=district.as_of.year, name=name, who=need.who)
    school = district.schools["name"].iat[district.school_pos[need.school]]
    what = schema.label(schema.STAGES, need.stage, language()) + need.subject if need.subject else ""
    kind = "seat" if need.subject else "school"
    return say(
        f"horizon.need_{need.what}_{kind}", year=district.as_of.year, school=school, what=what, number=need.number
    )


def eased_words(scenario: Scenario, changes: dict[str, Any]) -> tuple[str, ...]:
    """Which rules give in a year, and where, in words."""
    names = dict(zip(scenario.district.schools["school_id"], scenario.district.schools["name"], strict=True))
    told = []
    for rule, change in changes.items():
        words = sentence(scenario.policy.by_id[rule])
        year = scenario.district.as_of.year
        if "exceptions" in change:
            codes = [code for each in change["exceptions"] for code in each.get("schools", ())]
            schools = listed([str(names.get(code, code)) for code in dict.fromkeys(codes)])
            told.append(say("horizon.eased_at", year=year, rule=words, schools=schools))
        else:
            told.append(say("horizon.eased_off", year=year, rule=words))
    return tuple(told)
