"""Ways to break a generated district, so that no plan is possible: in one school, in several, in the whole district.

Every way edits the files of a scenario as an office could have filled them in.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

Rows = list[dict[str, str]]
CLOSED = 0.6  # of today's staff: a limit that a school cannot come down to in a year, so that nobody may arrive
OPEN = 5  # schools left open when all others are closed
PINNED = "交流到"


class Files:
    """The tables of a scenario folder, read and written with their headings as they are."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.schools, self.staff = self.read("schools"), self.read("staff")
        self.size = Counter(row["学校代码"] for row in self.staff)

    def read(self, name: str) -> Rows:
        """The rows of a table."""
        with (self._folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def write(self, name: str, rows: Rows) -> None:
        """Write a table back."""
        with (self._folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(rows)

    def adjust(self, text: str) -> None:
        """Adjust rules of the policy in the scenario."""
        path = self._folder / "scenario.yaml"
        told = path.read_text("utf-8")
        if "adjust: {}" in told:
            told = told.replace("adjust: {}", "adjust:")
        head, tail = told.split("adjust:\n")
        path.write_text(f"{head}adjust:\n  {text}\n{tail}", "utf-8")

    def close(self, schools: list[dict[str, str]]) -> None:
        """Set the limits of schools so low that nobody may arrive."""
        for row in schools:
            row["编制数"] = str(int(self.size[row["学校代码"]] * CLOSED))
        self.write("schools", self.schools)

    def pin(self, people: Rows, school: str) -> None:
        """Pin people to a school."""
        pinned = {row["工号"] for row in people}
        pins = [row for row in self.read("pins") if row["工号"] not in pinned]
        blank = dict.fromkeys(self.read("pins")[0], "")
        pins += [{**blank, "工号": row["工号"], "学校代码": school, "指定": PINNED} for row in people]
        self.write("pins", pins)

    def teachers(self, school: str) -> Rows:
        """Teachers of other schools of the same stage and a subject that a school has too."""
        here = {(row["学段"], row["学科"]) for row in self.read("demand") if row["学校代码"] == school}
        fit = [row for row in self.staff if row["学校代码"] != school and (row["任教学段"], row["任教学科"]) in here]
        return [row for row in fit if row["职务"] == "教师" and row["专任教师"] != "否"]


def pins_into_closed_schools(files: Files, count: int) -> None:
    """In each of some schools that nobody may enter, a teacher is pinned."""
    chosen = files.schools[3 :: max(len(files.schools) // count, 1)][:count]
    files.close(chosen)
    used: set[str] = set()
    for row in chosen:
        fit = [each for each in files.teachers(row["学校代码"]) if each["学校代码"] not in used]
        fit = [each for each in fit if each["学校代码"] not in {one["学校代码"] for one in chosen}]
        used.add(fit[0]["学校代码"])
        files.pin(fit[:1], row["学校代码"])


def relatives_pinned_together(files: Files) -> None:
    """Two relatives are pinned to one school."""
    staff = {row["工号"]: row for row in files.staff}
    for pair in files.read("relatives"):
        one, other = (staff.get(pair[name]) for name in ("工号", "亲属工号"))
        if one is None or other is None or {one["职务"], other["职务"]} != {"教师"}:
            continue
        if not one["任教学科"] or not other["任教学科"] or one["任教学段"] != other["任教学段"]:
            continue
        both = {one["学校代码"], other["学校代码"]}
        for row in files.schools:
            here = {
                (each["学段"], each["学科"]) for each in files.read("demand") if each["学校代码"] == row["学校代码"]
            }
            wanted = {(each["任教学段"], each["任教学科"]) for each in (one, other)}
            if row["学校代码"] not in both and row["办学性质"] == "公办" and wanted <= here:
                files.pin([one, other], row["学校代码"])
                return


def shares_above_the_cap(files: Files) -> None:
    """Nearly all who meet the conditions are to leave, of whom the cap of a school lets fewer go."""
    files.adjust('quota-quality: {at_least: "95%"}')


def backbone_above_what_goes(files: Files) -> None:
    """More of all who move are to be backbone teachers than there are."""
    files.adjust('quota-backbone: {at_least: "95%"}')


def nowhere_to_go(files: Files) -> None:
    """All schools but a few are closed: those who have to leave anywhere have no place in the district."""
    files.close(files.schools[OPEN:])


def titles_must_flow(files: Files) -> None:
    """More senior teachers are to enter rural schools than can."""
    files.adjust(f"rural-titles: {{force: must, rank: null, margin: {len(files.staff) // 10}}}")


Break = Callable[[Files], None]
BREAKS: dict[str, tuple[Break, ...]] = {
    "planted": (),
    "a pin into a closed school": (lambda files: pins_into_closed_schools(files, 1),),
    "ten pins into closed schools": (lambda files: pins_into_closed_schools(files, 10),),
    "relatives pinned together": (relatives_pinned_together,),
    "shares above the cap": (shares_above_the_cap,),
    "backbone share": (backbone_above_what_goes,),
    "a flow": (titles_must_flow,),
    "nowhere to go": (nowhere_to_go,),
    "many kinds": (
        lambda files: pins_into_closed_schools(files, 5),
        relatives_pinned_together,
        shares_above_the_cap,
        backbone_above_what_goes,
    ),
}
