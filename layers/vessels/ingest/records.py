"""A fix as judging sees it: one row of a NumPy record, kept between deliveries."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from layers.core.ingest import Bools, Floats, Ints
from layers.vessels.reports import Fixes

from .params import KNOT

NOISE_KN = (52.0, 102.3)
MOVING_KN = 0.5
# Message types of class B equipment (ITU-R M.1371); everything else is one kind.
CLASS_B = (18, 19)
TAIL = -1

RECORD = np.dtype(
    [
        ("at", "f8"),  # epoch seconds
        ("digest", "i8"),
        ("lon", "f8"),
        ("lat", "f8"),
        ("vx", "f4"),  # metres a second to the east and north, NaN: not known
        ("vy", "f4"),
        ("speed", "f4"),
        ("error", "f4"),  # metres
        ("still_since", "f8"),  # since when the very same place is reported
        ("still", "i4"),  # and how often
        ("given", "i4"),  # flags as the feed gave them
        ("flags", "i4"),  # the judgement that holds
        ("branch", "i2"),
        ("class_b", "?"),
        ("head", "i2"),  # number of the head that it belongs to, or TAIL
        ("head_branch", "i2"),  # -1: strays, not a track yet
        ("head_fixes", "i4"),
        ("next_branch", "i2"),
    ]
)
Records = npt.NDArray[np.void]


def is_noise(speed_kn: Floats) -> Bools:
    """Speeds that only a fault says."""
    return np.isin(np.round(speed_kn, 1), NOISE_KN)


def records(
    at: Floats,
    digest: Ints,
    lon: Floats,
    lat: Floats,
    speed_kn: Floats,
    course_deg: Floats,
    error_m: Floats,
    message_type: Ints,
    flags: Ints,
) -> Records:
    """Fixes not judged yet, columns of one length; units as in ``VesselReports``."""
    out = np.zeros(len(at), RECORD)
    for name, values in (("at", at), ("digest", digest), ("lon", lon), ("lat", lat)):
        out[name] = values
    speed = np.where(is_noise(speed_kn), np.nan, speed_kn)
    course = np.where(speed < MOVING_KN, 0.0, course_deg)
    out["speed"] = speed
    out["vx"] = speed * KNOT * np.sin(np.radians(course))
    out["vy"] = speed * KNOT * np.cos(np.radians(course))
    out["error"] = np.nan_to_num(error_m)
    out["still_since"], out["still"] = at, 1
    out["given"] = out["flags"] = flags
    out["class_b"] = np.isin(message_type, CLASS_B)
    out["head"] = TAIL
    return out


def of_fixes(fixes: Fixes) -> Records:
    return records(
        fixes.at,
        fixes.digest,
        fixes.lon,
        fixes.lat,
        fixes.speed_kn,
        fixes.course_deg,
        fixes.error_m,
        fixes.message_type,
        fixes.flags,
    )
