"""Distances between schools in kilometres: great circles, replaced by what the district measured."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

EARTH_RADIUS_KM = 6371.0088


def great_circle(
    latitude: npt.NDArray[np.float64],
    longitude: npt.NDArray[np.float64],
    to_latitude: npt.NDArray[np.float64],
    to_longitude: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Haversine distances in km from each of ``n`` points to each of ``m`` points (degrees): shape ``[n, m]``.

    NaN where a coordinate is unknown.
    """
    lat, lon = np.radians(latitude)[:, None], np.radians(longitude)[:, None]
    to_lat, to_lon = np.radians(to_latitude)[None, :], np.radians(to_longitude)[None, :]
    half = np.sin((to_lat - lat) / 2) ** 2 + np.cos(lat) * np.cos(to_lat) * np.sin((to_lon - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))


def school_distances(schools: pd.DataFrame, distances: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Distances between all schools in km: shape ``[n_schools, n_schools]``, rows are starts; 0 on the diagonal.

    A row of ``distances`` replaces the great circle in its direction, and in the other one too unless that is listed.
    """
    lat, lon = schools["latitude"].to_numpy(np.float64), schools["longitude"].to_numpy(np.float64)
    km = great_circle(lat, lon, lat, lon)
    position = pd.Series(np.arange(len(schools)), index=schools["school_id"])
    start = position.reindex(distances["from_school"]).to_numpy(np.float64)
    end = position.reindex(distances["to_school"]).to_numpy(np.float64)
    known = ~(np.isnan(start) | np.isnan(end))
    i, j = start[known].astype(np.int64), end[known].astype(np.int64)
    listed = distances["km"].to_numpy(np.float64)[known]
    km[j, i] = listed
    km[i, j] = listed
    np.fill_diagonal(km, 0.0)
    return km
