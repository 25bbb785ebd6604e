"""Ways that are longer than the straight line: ferries to the islands and roads around the bay."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rotation_planner.data.generator.arrays import Rng, between
from rotation_planner.data.generator.assumptions import REMOTE
from rotation_planner.data.generator.ground import Ground

_KM_NORTH, _KM_EAST = 111.19, 86.3  # a degree at 39 degrees of latitude


def draw_distances(rng: Rng, ground: Ground) -> pd.DataFrame:
    """Kilometres between each island school and the mainland schools of its two nearest zones and the islands near it.

    One direction stands for both; a few have a return way of its own.
    """
    layout = ground.layout
    islands = np.flatnonzero(layout.location == REMOTE)
    from_there: list[tuple[str, str, float]] = []
    zones = range(len(layout.zone_kind))
    if len(islands) == 0:
        islands = np.flatnonzero(layout.location == layout.location.max())[:1]
    for island in islands:
        north = (ground.latitude - ground.latitude[island]) * _KM_NORTH
        east = (ground.longitude - ground.longitude[island]) * _KM_EAST
        straight = np.sqrt(north * north + east * east)
        mainland = layout.location != REMOTE
        nearest = {
            zone: int((straight[mainland & (layout.zone == zone)] * 1000).min())
            for zone in zones
            if (mainland & (layout.zone == zone)).any()
        }
        two = sorted(nearest, key=lambda zone: (nearest[zone], zone))[:2]
        targets = np.flatnonzero(mainland & np.isin(layout.zone, two))
        near = np.flatnonzero(~mainland & (straight < 12) & (np.arange(len(straight)) > island))
        for target in [*targets, *near]:
            if target == island:
                continue
            longer = int(between(rng, 118, 165, 1)[0])
            ferry = 2.0 + float(between(rng, 0, 30, 1)[0]) / 10
            km = round(float(straight[target]) * longer / 100 + ferry, 1)
            from_there.append((str(ground.ids[island]), str(ground.ids[target]), km))
            if int(between(rng, 0, 99, 1)[0]) < 4:
                from_there.append((str(ground.ids[target]), str(ground.ids[island]), round(km + 1.5, 1)))
    return pd.DataFrame(from_there, columns=["from_school", "to_school", "km"])
