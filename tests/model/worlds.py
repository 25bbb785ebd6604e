"""A tiny district whose every plan can be looked at: what the judge says of each, and what the model allows.

An *assignment* is one entry per person of the staff table: ``None`` for who stays, or the ``Seat`` entered.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from districts import tiny_plan
from ortools.sat.python import cp_model

from rotation_planner.audit.case import Case
from rotation_planner.audit.goals import count_goals
from rotation_planner.audit.judges import JUDGES
from rotation_planner.audit.moves import Move, placements
from rotation_planner.audit.result import Verdict
from rotation_planner.data.district import District
from rotation_planner.eligibility import stand
from rotation_planner.eligibility.destinations import NO_WAY
from rotation_planner.eligibility.routing import Routing
from rotation_planner.eligibility.ways import ways
from rotation_planner.model.model import Model
from rotation_planner.model.program import ProgramArrays
from rotation_planner.model.unpack import Moves, pack, unpack
from rotation_planner.policy.kinds import Departments, Modes
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.reading import read_policy
from rotation_planner.solve.engines import Outcome, constraint_program, integer_program


class Seat(NamedTuple):
    """Where somebody goes: ``way`` is the mode that the plan names where the policy leaves a choice, else blank."""

    school: int
    stage: str
    subject: str
    department: str = ""
    way: str = ""


Assignment = tuple[Seat | None, ...]
LARGEST = 1500


class World:
    """A district under a policy."""

    def __init__(self, district: District, policy: Policy, draw: int | None = None) -> None:
        self.district = district
        self.policy = policy
        self.draw = draw

    def __repr__(self) -> str:
        """The whole world as records, to be read in a failing test."""
        told = [f"draw={self.draw}"]
        for key, frame in self.district.frames.items():
            rows = frame.drop(columns="_row").astype(object).to_dict(orient="records")
            told += [f"{key}: { ({k: v for k, v in row.items() if str(v) not in ('', 'NaT', 'nan')}) }" for row in rows]
        told += [f"{rule.kind} {rule.model_dump(exclude={'words', 'source', 'kind'}, exclude_defaults=True)}"
                 for rule in self.policy.rules]  # fmt: skip
        told += [f"goal {level.model_dump(exclude={'words'}, exclude_defaults=True)}" for level in self.policy.goals]
        return "\n".join(told)

    @cached_property
    def standing(self) -> Any:
        return stand(self.district, self.policy, draw=self.draw)

    @cached_property
    def case(self) -> Case:
        """The judge's view of the empty plan; each assignment is judged on a copy with other moves."""
        return Case(self.district, self.policy, tiny_plan(self.district, {}), self.draw)

    def model(self, *, plain: bool = False) -> Model:
        return Model(self.district, self.policy, self.standing, plain=plain)

    # ---- assignments ---------------------------------------------------------------------------------------------

    def seats(self, person: int) -> list[Seat]:
        """Every other place in every stage, subject and way that the person may be placed in, open or shut."""
        options = sorted(placements(self.case.books, person), key=str)
        here = (self.case.books.at[person], self.case.books.of_person("department")[person] or "")
        return [
            Seat(school, stage or "", subject or "", department, way)
            for school in self.case.books.schools
            for department in self._departments[school]
            if (school, department) != here
            and (school != here[0] or (department and self.case.offices.may_stay_inside(person)))
            for stage, subject in options
            for way in self._choices
        ]

    @cached_property
    def _departments(self) -> list[list[str]]:
        """The departments of each school, none of them included; only none where no rule places people in them."""
        found: list[set[str]] = [{""} for _ in self.case.books.schools]
        if self.policy.of(Departments):
            columns = zip(self.case.books.at, self.case.books.of_person("department"), strict=True)
            for school, department in columns:
                found[school].add(department or "")
        return [sorted(each) for each in found]

    @cached_property
    def _choices(self) -> list[str]:
        """The modes among which a plan may choose; one blank where the route decides."""
        chosen = [case.mode for rule in self.policy.of(Modes) if rule.choice == "any" for case in rule.cases]
        return chosen or [""]

    @cached_property
    def candidates(self) -> list[int]:
        return np.flatnonzero(self.standing.candidate).tolist()

    def size(self) -> int:
        return math.prod(1 + len(self.seats(person)) for person in self.candidates)

    def assignments(self) -> Iterator[Assignment]:
        """Every way in which candidates stay or go."""
        blank: list[Seat | None] = [None] * len(self.district.staff)
        for chosen in itertools.product(*([None, *self.seats(person)] for person in self.candidates)):
            told = list(blank)
            for person, seat in zip(self.candidates, chosen, strict=True):
                told[person] = seat
            yield tuple(told)

    def forbidden(self) -> Iterator[Assignment]:
        """Everybody who is no candidate, moved alone to every school."""
        for person in np.flatnonzero(~self.standing.candidate).tolist():
            for seat in self.seats(person):
                yield tuple(seat if each == person else None for each in range(len(self.district.staff)))

    def named(self, **moves: str | Seat) -> Assignment:
        """An assignment by staff_id: the school entered, in the present stage and subject."""
        told: list[Seat | None] = [None] * len(self.district.staff)
        staff = self.district.staff
        for staff_id, to in moves.items():
            person = self.district.staff_pos[staff_id]
            own = (staff["stage"].iat[person], staff["subject"].iat[person])
            told[person] = Seat(self.district.school_pos[to], *own) if isinstance(to, str) else to
        return tuple(told)

    def moves(self, assignment: Assignment) -> Moves:
        people = np.array([person for person, seat in enumerate(assignment) if seat is not None], dtype=np.int64)
        seats = [seat for seat in assignment if seat is not None]
        told = {name: [getattr(seat, name) for seat in seats] for name in Seat._fields}
        school = np.array(told["school"], dtype=np.int64)
        to = self.routing.reached(people, school, told["department"], told["way"])
        stage, subject = (np.array(told[name], dtype=object) for name in ("stage", "subject"))
        return Moves(people, to, school, stage, subject)

    @cached_property
    def routing(self) -> Routing:
        return Routing(self.standing.selecting, self.policy)

    def assignment(self, moves: Moves) -> Assignment:
        told: list[Seat | None] = [None] * len(self.district.staff)
        to, modes = self.routing.destinations, self.routing.modes
        columns = (moves.person, moves.destination, moves.stage, moves.subject)
        for person, place, stage, subject in zip(*columns, strict=True):
            way = "" if modes is None or to.way[place] == NO_WAY else modes.cases[to.way[place]].mode
            seat = Seat(int(to.school[place]), str(stage), str(subject), str(to.department[place]), way)
            told[int(person)] = seat
        return tuple(told)

    # ---- the judge -----------------------------------------------------------------------------------------------

    def _move(self, person: int, seat: Seat) -> Move:
        """The judge's move of a person to a seat, in the way that the policy gives it."""
        key = (person, seat)
        if key not in self._moves:
            mode, file_moves, until = seat.way or "transfer", "yes", ""
            alone = np.array([person])
            place = self.routing.reached(alone, np.array([seat.school]), [seat.department], [seat.way])
            if place[0] >= 0:
                way = ways(self.routing, self.standing, alone, place).iloc[0]
                mode, file_moves, until = way["mode"] or mode, way["personnel_file_moves"], way["until"]
            books = self.case.books
            self._moves[key] = Move(
                person, books.at[person], seat.school, seat.stage or None, seat.subject or None,
                books.of_person("position")[person], mode, {"yes": True, "no": False}.get(file_moves),
                np.datetime64(until).item() if until else None, until, seat.department or None,
            )  # fmt: skip
        return self._moves[key]

    @cached_property
    def _moves(self) -> dict[tuple[int, Seat], Move]:
        return {}

    def judged(self, assignment: Assignment) -> Case:
        """The judge's case of an assignment."""
        return self.case.with_moves(self._move(p, seat) for p, seat in enumerate(assignment) if seat is not None)

    def findings(self, case: Case) -> list[Any]:
        return [each for rule in self.policy.active for each in JUDGES[rule.kind](case, rule)]

    def breached(self, assignment: Assignment) -> set[str]:
        """The must rules that an assignment breaks."""
        found = self.findings(self.judged(assignment))
        return {each.rule for each in found if each.verdict is Verdict.BREACH and each.force == "must"}

    def values(self, assignment: Assignment) -> tuple[float, ...]:
        """The goals of an assignment, counted by the judge."""
        case = self.judged(assignment)
        return tuple(goal.value for goal in count_goals(case, self.findings(case)))

    @cached_property
    def feasible(self) -> set[Assignment]:
        """Every assignment of the candidates that the judge passes."""
        return {each for each in self.assignments() if not self.breached(each)}

    def best(self) -> tuple[float, ...] | None:
        """The best goals in the order of the levels, by looking at every assignment."""
        return min((self.values(each) for each in self.feasible), default=None)

    # ---- the model -----------------------------------------------------------------------------------------------

    def allows(self, model: Model, assignment: Assignment) -> bool:
        """Whether a model has a solution with the columns of the assignment."""
        return allows(model, pack(model, self.moves(assignment)))


def allows(model: Model, packed: np.ndarray | None) -> bool:
    """Whether CP-SAT completes the columns ``leave`` and ``go`` to a solution."""
    if packed is None:
        return False
    program = fixed(model, packed)
    if (program.lower > program.upper).any():
        return False
    nothing = np.zeros(model.program.columns, dtype=np.int64)
    outcome = constraint_program(program, nothing, seconds=60).outcome
    assert outcome in (Outcome.OPTIMAL, Outcome.INFEASIBLE)
    return outcome is Outcome.OPTIMAL


def fixed(model: Model, packed: np.ndarray) -> ProgramArrays:
    """The program with the columns ``leave`` and ``go`` held."""
    arrays = model.arrays
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    held = np.concatenate([model.leave, model.go])
    lower[held] = np.maximum(lower[held], packed[held])
    upper[held] = np.minimum(upper[held], packed[held])
    return ProgramArrays(lower, upper, arrays.matrix, arrays.row_lower, arrays.row_upper)


def outcomes(model: Model) -> tuple[Outcome, Outcome]:
    """What CP-SAT and HiGHS say of a model, any solution being good enough."""
    nothing = np.zeros(model.program.columns, dtype=np.int64)
    return (
        constraint_program(model.arrays, nothing, seconds=60).outcome,
        integer_program(model.arrays, nothing, seconds=60).outcome,
    )


class _Collect(cp_model.CpSolverSolutionCallback):
    def __init__(self, columns: Sequence[Any]) -> None:
        super().__init__()
        self.columns = columns
        self.found: set[tuple[int, ...]] = set()

    def on_solution_callback(self) -> None:
        self.found.add(tuple(self.value(column) for column in self.columns))


def solutions(model: Model) -> set[tuple[int, ...]]:
    """All values of the columns ``leave`` and ``go`` that complete to a solution (keep helper columns few)."""
    arrays, program = model.arrays, cp_model.CpModel()
    columns = [
        program.new_int_var(int(low), int(high), "") for low, high in zip(arrays.lower, arrays.upper, strict=True)
    ]
    for row in range(len(arrays.row_lower)):
        part = slice(arrays.matrix.indptr[row], arrays.matrix.indptr[row + 1])
        total = cp_model.LinearExpr.weighted_sum(
            [columns[column] for column in arrays.matrix.indices[part]], [int(v) for v in arrays.matrix.data[part]]
        )
        low, high = arrays.row_lower[row], arrays.row_upper[row]
        program.add_linear_constraint(
            total,
            int(low) if np.isfinite(low) else cp_model.INT_MIN,
            int(high) if np.isfinite(high) else cp_model.INT_MAX,
        )
    collect = _Collect([columns[each] for each in (*model.leave, *model.go)])
    solver = cp_model.CpSolver()
    solver.parameters.enumerate_all_solutions = True
    solver.parameters.num_workers = 1
    status = solver.solve(program, collect)
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    return collect.found


def check_every_assignment(world: World) -> None:
    """Feasible for the model, plain and gathered, if and only if the judge finds no must rule broken."""
    for each in world.forbidden():
        assert world.breached(each), f"the judge lets somebody go who is no candidate: {each}"
    right = world.feasible
    plain = world.model(plain=True)
    by_plain = {world.assignment(unpack(plain, _whole(plain, found))) for found in solutions(plain)}
    assert not by_plain - right, "the model allows what the judge forbids"
    assert not right - by_plain, "the model forbids what the judge passes"
    gathered = world.model()
    found = solutions(gathered)
    # Alike people stand for each other: what is allowed is told of one of them, the one that leaves first.
    told = {world.assignment(unpack(gathered, _whole(gathered, each))) for each in found}
    assert told <= right
    for each in right:
        packed = pack(gathered, world.moves(each))
        assert packed is not None, each
        assert tuple(packed[: len(gathered.leave) + len(gathered.go)].astype(int)) in found, each


def _whole(model: Model, found: tuple[int, ...]) -> np.ndarray:
    values = np.zeros(model.program.columns)
    values[np.concatenate([model.leave, model.go])] = found
    return values


def adjusted(policy: Policy, folder: Path, **adjust: Mapping[str, Any]) -> Policy:
    """The policy read from a file with changes by rule id, as a scenario's ``adjust`` would make them."""
    path = folder / "tiny.yaml"
    data = policy.model_dump(mode="python", by_alias=True, exclude_none=True)
    path.write_text(json.dumps(data, ensure_ascii=False, default=str), "utf-8")
    return read_policy(str(path), adjust={key.replace("_", "-"): value for key, value in adjust.items()})
