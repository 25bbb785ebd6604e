"""The days of the yearly procedure, as the scenario gives them or as they follow from the plan's day."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from dataclasses import dataclass

from rotation_planner.data.papers import DAYS, PaperSettings
from rotation_planner.report.papers.workdays import DAY, WorkDays, read_holidays

NOTICE_BEFORE = 30  # calendar days from the start of the notice to the day of reporting
REPLY_BEFORE = 3  # working days from the principals' answers to the start of the notice
CONFIRM_AFTER = 3  # working days that a receiving school has to report back


@dataclass(frozen=True)
class Deadlines:
    """The days in their order, and whom to ask.

    ``starts_on`` is the day after the plan's day, movers report by the last working day up to the plan's day, the
    notice begins on the first working day within the 30 days before that, principals answer three working days before
    the notice, letters are dated on the first working day after it, receiving schools confirm three working days after
    the reporting: each unless the scenario says otherwise. ``reckoned`` names those it does not say; ``unannounced``
    the years whose public holidays were not known; ``disorder`` the pairs of days that contradict each other.
    """

    reply_by: dt.date
    notice_from: dt.date
    notice_to: dt.date
    notice_days: int
    issued_on: dt.date
    report_to_by: dt.date
    starts_on: dt.date
    confirm_by: dt.date
    contact: str = ""
    phone: str = ""
    reckoned: frozenset[str] = frozenset()
    unannounced: tuple[int, ...] = ()
    own_days: int = 0

    @property
    def disorder(self) -> tuple[tuple[str, str], ...]:
        """Pairs of days of which the first should come before the second and does not."""
        order = ("reply_by", "notice_from", "notice_to", "issued_on", "report_to_by", "starts_on")
        return tuple((a, b) for a, b in itertools.pairwise(order) if getattr(self, a) > getattr(self, b))


def deadlines_of(settings: PaperSettings, as_of: dt.date) -> Deadlines:
    """The days for a plan of this day.

    Raises:
        InputError: the bureau's file of days cannot be used.
    """
    given = read_holidays(settings.holidays) if settings.holidays else {}
    days = WorkDays(given)
    starts_on = settings.starts_on or as_of + DAY
    report_to_by = settings.report_to_by or days.on_or_before(starts_on - DAY)
    notice_from = settings.notice_from or days.on_or_after(report_to_by - NOTICE_BEFORE * DAY)
    notice_to = days.last_of(notice_from, settings.notice_days)
    found = Deadlines(
        settings.reply_by or days.before(notice_from, REPLY_BEFORE),
        notice_from,
        notice_to,
        settings.notice_days,
        settings.issued_on or days.after(notice_to, 1),
        report_to_by,
        starts_on,
        days.after(report_to_by, CONFIRM_AFTER),
        settings.contact,
        settings.phone,
        frozenset(name for name in DAYS if getattr(settings, name) is None),
        own_days=len(given),
    )
    # Which years were looked up without knowing their holidays is complete only now.
    return dataclasses.replace(found, unannounced=tuple(sorted(days.unannounced)))
