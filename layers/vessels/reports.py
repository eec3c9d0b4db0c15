"""What feeds hand to the layer: columns of positions, and static reports."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from layers.core.ingest import Bools, Floats, Ints

NO_STATUS = -1


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
    vessel_class: str = ""


@dataclass(slots=True)
class VesselReports:
    """n positions as columns, then m static reports: n + m records.

    ``at`` is seconds since 1970 UTC; degrees; ``speed_kn`` knots, ``course_deg``
    and ``heading_deg`` degrees true, NaN when not said; ``digest`` names the
    message, so that (device, at, digest) is the same wherever it was heard.
    """

    device: list[str] = field(default_factory=list)
    vessel_class: list[str] = field(default_factory=list)
    source: list[str] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    lon: list[float] = field(default_factory=list)
    lat: list[float] = field(default_factory=list)
    speed_kn: list[float] = field(default_factory=list)
    course_deg: list[float] = field(default_factory=list)
    heading_deg: list[float] = field(default_factory=list)
    status: list[int] = field(default_factory=list)
    message_type: list[int] = field(default_factory=list)
    digest: list[int] = field(default_factory=list)
    statics: list[Static] = field(default_factory=list)

    @property
    def positions(self) -> int:
        return len(self.device)

    def __len__(self) -> int:
        return len(self.device) + len(self.statics)


@dataclass(slots=True)
class Fixes:
    """Positions whose vessel is known, as arrays, ordered as delivered."""

    vessel_id: Ints
    at: Floats
    lon: Floats
    lat: Floats
    x: Floats
    y: Floats
    speed_kn: Floats
    course_deg: Floats
    heading_deg: Floats
    status: Ints
    message_type: Ints
    digest: Ints
    source: list[str]

    def take(self, rows: Ints | Bools) -> Fixes:
        """The fixes at ``rows`` (indices or a mask)."""
        chosen = np.arange(len(self.at))[rows]
        columns = {
            name: getattr(self, name)[chosen]
            for name in self.__slots__
            if name != "source"
        }
        return Fixes(**columns, source=[self.source[row] for row in chosen])
