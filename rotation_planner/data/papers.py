"""What the scenario file says of the papers: who issues them, whom to ask, which days, whose templates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

TEXTS = ("issuer", "number", "contact", "phone", "email", "address")
DAYS = ("reply_by", "notice_from", "issued_on", "report_to_by", "starts_on")
PATHS = ("holidays", "templates")
PAPER_KEYS = (*TEXTS, "basis", *DAYS, "notice_days", *PATHS, "letters")
LETTERS = ("each", "merged")
MOST_NOTICE_DAYS = 60


@dataclass(frozen=True)
class PaperSettings:
    """The section ``papers:`` of a scenario; everything in it may be left out.

    ``issuer`` is the bureau that signs, ``number`` the document number of its letters (``{n}`` in it counts them),
    ``basis`` the titles of the documents that the papers refer to. ``reply_by``: when principals answer;
    ``notice_from``: the first day of the public notice; ``notice_days``: its working days; ``issued_on``: the day of
    the letters; ``report_to_by``: when movers report to their new school; ``starts_on``: the first day of service
    there. ``holidays``: a CSV file of days off and days worked instead; ``templates``: a folder of Word templates.
    ``letters``: one file ``each`` or ``merged`` into one.
    """

    issuer: str = ""
    number: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    basis: tuple[str, ...] = ()
    reply_by: dt.date | None = None
    notice_from: dt.date | None = None
    issued_on: dt.date | None = None
    report_to_by: dt.date | None = None
    starts_on: dt.date | None = None
    notice_days: int = 5
    holidays: Path | None = None
    templates: Path | None = None
    letters: str = "each"
