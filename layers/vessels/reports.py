"""What feeds hand to the layer: columns of positions, static reports, receptions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from layers.core.ingest import Bools, Floats, Ints

NO_STATUS = -1
NOT_SAID = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Static:
    """Who a station says it is. Empty or zero: not said."""

    device: str
    at: float
    digest: int
    name: str = ""
    call_sign: str = ""
    imo: int = 0
    ship_type: int = 0
    length_m: float = 0.0
    width_m: float = 0.0
    destination: str = ""
    draught_m: float = 0.0
    registration: str = ""
    vessel_class: str = ""
    receiver: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that is known already was heard by a further receiver."""

    device: str
    at: float
    digest: int
    receiver: str


@dataclass(slots=True, kw_only=True)
class VesselReports:
    """n positions as columns, then m static reports: n + m records.

    Strings are held once: ``device`` and ``receiver`` are indices into ``keys``
    (``mmsi:574000123``, ``vms:vnpt:4711``, ``manual:12``) and ``receivers``.
    ``classes`` has one entry per key: what its messages say it is, "" when nothing
    does. ``at`` is seconds since 1970 UTC; ``lon``/``lat`` degrees; ``speed_kn``
    knots, ``course_deg`` and ``heading_deg`` degrees true, ``turn_deg_min`` degrees
    a minute, ``error_m`` the 95 % radius in metres; NaN when not said. ``status`` is
    -1 when not said. ``flags`` are bits of :class:`layers.vessels.flags.Flag` that
    the message alone gives. ``digest`` names the message, so that (device, at,
    digest) is the same wherever it was heard. ``batch_id`` and ``line_no`` name the
    raw line in the inbox. ``heard`` are no records: they only add receivers.
    """

    keys: list[str]
    classes: list[str]
    receivers: list[str]
    device: Ints
    receiver: Ints
    at: Floats
    lon: Floats
    lat: Floats
    speed_kn: Floats
    course_deg: Floats
    heading_deg: Floats
    turn_deg_min: Floats
    error_m: Floats
    status: Ints
    message_type: Ints
    digest: Ints
    flags: Ints
    batch_id: Ints
    line_no: Ints
    statics: list[Static] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)

    @property
    def positions(self) -> int:
        return len(self.device)

    def __len__(self) -> int:
        return len(self.device) + len(self.statics)


COLUMNS: dict[str, type] = {
    "device": np.int64,
    "receiver": np.int64,
    "at": np.float64,
    "lon": np.float64,
    "lat": np.float64,
    "speed_kn": np.float64,
    "course_deg": np.float64,
    "heading_deg": np.float64,
    "turn_deg_min": np.float64,
    "error_m": np.float64,
    "status": np.int64,
    "message_type": np.int64,
    "digest": np.int64,
    "flags": np.int64,
    "batch_id": np.int64,
    "line_no": np.int64,
}


class Builder:
    """Gathers reports row by row, for feeds that read one message at a time."""

    def __init__(self) -> None:
        self._keys: dict[str, int] = {}
        self._classes: list[str] = []
        self._receivers: dict[str, int] = {}
        self._columns: dict[str, list[float]] = {name: [] for name in COLUMNS}
        self.statics: list[Static] = []
        self.heard: list[Heard] = []

    def __len__(self) -> int:
        return len(self._columns["at"]) + len(self.statics)

    def key(self, key: str, vessel_class: str = "") -> int:
        """The index of a device key; a class that is said replaces none."""
        index = self._keys.setdefault(key, len(self._keys))
        if index == len(self._classes):
            self._classes.append(vessel_class)
        elif vessel_class:
            self._classes[index] = vessel_class
        return index

    def add(
        self,
        *,
        key: str,
        receiver: str,
        at: float,
        lon: float,
        lat: float,
        digest: int,
        vessel_class: str = "",
        speed_kn: float = NOT_SAID,
        course_deg: float = NOT_SAID,
        heading_deg: float = NOT_SAID,
        turn_deg_min: float = NOT_SAID,
        error_m: float = NOT_SAID,
        status: int = NO_STATUS,
        message_type: int = 0,
        flags: int = 0,
        batch_id: int = 0,
        line_no: int = 0,
    ) -> None:
        """One position; units as in :class:`VesselReports`."""
        index = self._receivers.setdefault(receiver, len(self._receivers))
        row = (
            self.key(key, vessel_class), index, at, lon, lat, speed_kn, course_deg,
            heading_deg, turn_deg_min, error_m, status, message_type, digest, flags,
            batch_id, line_no,
        )  # fmt: skip
        for column, value in zip(self._columns.values(), row, strict=True):
            column.append(value)

    def build(self) -> VesselReports:
        columns: dict[str, Any] = {
            name: np.array(values, dtype=COLUMNS[name])
            for name, values in self._columns.items()
        }
        return VesselReports(
            keys=list(self._keys),
            classes=self._classes,
            receivers=list(self._receivers),
            **columns,
            statics=self.statics,
            heard=self.heard,
        )


def join(parts: Iterable[VesselReports]) -> VesselReports:
    """Several deliveries as one; keys and receivers that are equal are one."""
    keys: dict[str, int] = {}
    classes: list[str] = []
    receivers: dict[str, int] = {}
    columns: dict[str, list[np.ndarray]] = {name: [] for name in COLUMNS}
    statics: list[Static] = []
    heard: list[Heard] = []
    for part in parts:
        spot = np.array([keys.setdefault(k, len(keys)) for k in part.keys], np.int64)
        classes += [""] * (len(keys) - len(classes))
        for index, said in zip(spot.tolist(), part.classes, strict=True):
            classes[index] = said or classes[index]
        at = np.array(
            [receivers.setdefault(r, len(receivers)) for r in part.receivers], np.int64
        )
        for name in COLUMNS:
            column = getattr(part, name)
            if name == "device":
                column = spot[column]
            elif name == "receiver":
                column = at[column]
            columns[name].append(column)
        statics += part.statics
        heard += part.heard
    return VesselReports(
        keys=list(keys),
        classes=classes,
        receivers=list(receivers),
        **{
            name: np.concatenate(values) if values else np.zeros(0, COLUMNS[name])
            for name, values in columns.items()
        },
        statics=statics,
        heard=heard,
    )


@dataclass(slots=True)
class Fixes:
    """Positions as columns of one length n; units as in :class:`VesselReports`.

    Ordered by device, branch and time where nothing else is said.
    """

    device_id: Ints
    branch: Ints
    at: Floats
    lon: Floats
    lat: Floats
    speed_kn: Floats
    course_deg: Floats
    heading_deg: Floats
    error_m: Floats
    status: Ints
    flags: Ints
    message_type: Ints
    digest: Ints
    receiver_id: Ints
    received_at: Floats

    def __len__(self) -> int:
        return len(self.at)

    def take(self, rows: Ints | Bools) -> Fixes:
        """The fixes at ``rows`` (indices or a mask)."""
        return Fixes(**{name: getattr(self, name)[rows] for name in self.__slots__})
