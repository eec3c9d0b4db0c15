"""What ``Movement.details`` holds, by kind."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from .choices import Kind


class Details(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Nothing(Details):
    """A stop is its place and times."""


class Visit(Details):
    """``entry``: it was seen coming in; times in epoch seconds."""

    port_id: int
    port: str = ""
    entry: bool
    stopped_at: float | None
    silent_at: float | None


class Gap(Details):
    """``missed``: reports that a VMS device owed; ``lost``: silent for longer than an
    open gap may last; ``context``: heard long enough before."""

    in_port: bool
    context: bool
    poor_reception: bool
    distance_km: float | None = None
    implied_kn: float | None = None
    missed: int | None = None
    lost: bool = False


class Meeting(Details):
    median_kn: float
    median_m: float


class Carried(Meeting):
    devices: int


class Loitering(Details):
    """``shore_nm``: to our coast, None where that says nothing."""

    mean_kn: float
    distance_km: float
    shore_nm: float | None = None


class Fishing(Details):
    mean_kn: float
    distance_km: float
    messages: int


class Spoofing(Details):
    """How many of each sign; ``score`` 0 to 1."""

    score: float
    jumps: int = 0
    circles: int = 0
    frozen: int = 0
    on_land: int = 0
    speed_differs: int = 0
    same_place: int = 0


SCHEMAS: dict[str, type[Details]] = {
    Kind.STOP: Nothing,
    Kind.VISIT: Visit,
    Kind.GAP: Gap,
    Kind.ENCOUNTER: Meeting,
    Kind.PROXIMITY: Meeting,
    Kind.COLOCATED: Carried,
    Kind.LOITERING: Loitering,
    Kind.FISHING: Fishing,
    Kind.SPOOFING: Spoofing,
}
