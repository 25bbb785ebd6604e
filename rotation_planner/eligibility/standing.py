"""Where each person stands before any solving: must go, need not, may, barred, or outside the scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd


class Stand(StrEnum):
    """The five standings; the first that fits counts: outside, barred, need not, must (due or phased), may."""

    OUTSIDE = "outside"
    BARRED = "barred"
    NEED_NOT = "need_not"
    MUST = "must"
    MAY = "may"
    STAYS = "stays"


@dataclass(frozen=True, eq=False)
class Standing:
    """All arrays have one entry per row of ``district.staff``.

    ``meets``, ``eligible``, ``due``: by duty id. ``deferred``: by defer id, those whom it defers from a duty they meet or
    protects from moving. ``candidate``: may move in a plan at all. ``forced``: a pin says they must move. ``table``: one
    row a person with staff_id, standing, due (bool), candidate (bool), rules (ids that made it, ``;``), exemption (kinds
    in force, ``;``), until (date or NaT), facts (short text in the language in force).
    """

    meets: Mapping[str, np.ndarray]
    eligible: Mapping[str, np.ndarray]
    due: Mapping[str, np.ndarray]
    deferred: Mapping[str, np.ndarray]
    volunteer: np.ndarray
    in_scope: np.ndarray
    candidate: np.ndarray
    forced: np.ndarray
    stand: np.ndarray
    table: pd.DataFrame

    @property
    def any_due(self) -> np.ndarray:
        """Due under at least one duty."""
        return np.logical_or.reduce(list(self.due.values())) if self.due else np.zeros(len(self.stand), bool)
