"""Two days of made-up tracks of the demo's boats, through the real ingest.

Of boats without a transponder, from loggers that people read out: the simulators move
the others. So there is something to play back at once, a silence, and a fix that
nobody believes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from django.utils import timezone

from layers.core import ingest
from layers.core.spec import by_role
from layers.vessels.models import Device, Fitting, Vessel
from layers.vessels.reports import NOT_SAID, VesselReports

from . import settling

if TYPE_CHECKING:
    from numpy.random import Generator

    from fixtures import Demo

BOATS = 40
HOURS = 30.0
STEP_S = 180.0
STOP_STEPS = 40
DEGREE_NM = 60.0
RECEIVER = "demo history"


def load(demo: Demo) -> int:
    """Hand the positions to the vessels' ingest and settle them; how many days."""
    rng = demo.rng("tracks")
    keys = _keys()
    if not keys:
        return 0
    starts = demo.sea_points(rng, len(keys), 8.0, 60.0)
    end = timezone.now().timestamp()
    parts = [_voyage(rng, place, end) for place in np.asarray(starts, dtype=float)]
    ingest.deliver(by_role("vessels").slug, _reports(keys, parts))
    return settling.settle_all(pause_s=-1.0)


def _keys() -> list[str]:
    """Boats of the register that no simulator moves, each with a logger of its own."""
    boats = Vessel.objects.filter(registered=True, fittings=None).order_by("pk")
    keys = []
    for boat in boats[:BOATS]:
        key = f"logger:{boat.pk}"
        device, _made = Device.objects.get_or_create(
            key=key, defaults={"kind": Device.Kind.TABLE}
        )
        Fitting.objects.get_or_create(device=device, vessel=boat)
        keys.append(key)
    return keys


Columns = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _voyage(rng: Generator, place: np.ndarray, end: float) -> Columns:
    """at, lon, lat, speed, course: loops over a fishing ground with stops, a silence
    of half a day in some, one fix far off."""
    count = int(HOURS * 3600 / STEP_S)
    at = end - STEP_S * np.arange(count, 0, -1)
    going = np.repeat(rng.random(-(-count // STOP_STEPS)) < 0.7, STOP_STEPS)[:count]
    sailed_h = np.cumsum(going) * STEP_S / 3600
    east, north = _path(rng, sailed_h), _path(rng, sailed_h)
    drift = rng.normal(0, 2e-5, (2, count))
    lon, lat = place[0] + east + drift[0], place[1] + north + drift[1]
    step = np.gradient(east), np.gradient(north)
    speed = np.hypot(*step) * DEGREE_NM * 3600 / STEP_S
    course = np.degrees(np.arctan2(*step))
    lat[int(rng.integers(300, count))] += 1.5
    kept = np.ones(count, dtype=bool)
    if rng.random() < 0.3:
        kept[320:510] = False
    columns = (at, lon, lat, speed, course % 360)
    return tuple(column[kept] for column in columns)  # type: ignore[return-value]


def _path(rng: Generator, sailed_h: np.ndarray) -> np.ndarray:
    """Degrees from the middle of the ground after so many hours under way."""
    periods_h, sizes = (23.0, 9.0, 2.7), (0.1, 0.05, 0.008)
    phases = rng.uniform(0, 2 * np.pi, 3)
    waves = [
        size * np.sin(2 * np.pi * sailed_h / period + phase)
        for period, size, phase in zip(periods_h, sizes, phases, strict=True)
    ]
    return np.sum(waves, axis=0)


def _reports(keys: list[str], parts: list[Columns]) -> VesselReports:
    counts = [len(part[0]) for part in parts]
    device = np.repeat(np.arange(len(keys)), counts)
    at, lon, lat, speed, course = (
        np.concatenate([part[i] for part in parts]) for i in range(5)
    )
    order = np.argsort(at, kind="stable")
    count = len(order)
    unsaid = np.full(count, NOT_SAID)
    zeros = np.zeros(count, dtype=np.int64)
    return VesselReports(
        keys=keys,
        classes=["fishing"] * len(keys),
        receivers=[RECEIVER],
        device=device[order],
        receiver=zeros,
        at=np.round(at[order]),
        lon=lon[order],
        lat=lat[order],
        speed_kn=np.round(speed[order], 1),
        course_deg=np.round(course[order], 1),
        heading_deg=unsaid,
        turn_deg_min=unsaid,
        error_m=unsaid,
        status=zeros - 1,
        message_type=zeros + 18,
        digest=np.arange(count, dtype=np.int64),
        flags=zeros,
        batch_id=zeros,
        line_no=zeros,
    )
