"""What a provider's feed says in its settings (``Feed.config``), checked."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from feeds.core import configs

PERIODIC = (
    "mref", "seqno", "id", "time", "state", "lat", "lat_side", "lon", "lon_side",
    "speed", "dir", "date",
)  # fmt: skip
SOS = ("mref", "id", "lat", "lat_side", "lon", "lon_side", "date", "time")
REQUEST = ("mref", "id", "seqno", "secret")
KNOWN = frozenset({*PERIODIC, *SOS, *REQUEST, "text", "registration", "name", "skip"})


class National(configs.Strict):
    """Notice 1008/TB-TCTS-TTTS. The order of fields is the notice's; separators,
    widths and number forms are not public and so can be set per provider."""

    delimiter: str = Field(default=",", min_length=1, max_length=2)
    widths: list[int] = Field(default_factory=list, max_length=40)
    fields: list[str] = Field(default=list(PERIODIC), min_length=4)
    sos_fields: list[str] = Field(default=list(SOS), min_length=4)
    coordinates: Literal["ddmm", "decimal", "auto"] = "ddmm"
    time: str = "%H%M%S"
    date: str = "%d%m%y"
    speed_unit: Literal["kn", "kmh"] = "kn"
    timezone: str = "UTC"
    sos_words: list[str] = ["SOS"]
    message_words: list[str] = ["IMG"]
    request_words: list[str] = ["REQ", "PRQ"]

    @field_validator("fields", "sos_fields")
    @classmethod
    def _known(cls, names: list[str]) -> list[str]:
        unknown = sorted(set(names) - KNOWN)
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(unknown)}")
        return names

    @model_validator(mode="after")
    def _one_width_each(self) -> National:
        if self.widths and len(self.widths) != len(self.fields):
            raise ValueError(f"{len(self.widths)} widths for {len(self.fields)} fields")
        if any(width < 1 for width in self.widths):
            raise ValueError("a width must be 1 or more")
        return self


class Naf(configs.Strict):
    """Which codes name the device and the vessel; the first that is there counts."""

    device: list[str] = ["IR", "XR", "RC"]
    registration: list[str] = ["XR"]
    name: list[str] = ["NA"]
    me: str = Field(default="VNM", pattern=r"^[A-Z]{3}$")


class Objects(configs.Strict):
    """JSON. ``items`` is the dotted path of the array inside the document; ``names``
    the provider's own name of a field (dotted inside objects)."""

    items: str = ""
    names: dict[str, str] = {}
    coordinates: Literal["ddmm", "decimal", "auto"] = "decimal"
    speed_unit: Literal["kn", "kmh"] = "kn"

    @field_validator("names")
    @classmethod
    def _known(cls, names: dict[str, str]) -> dict[str, str]:
        from .fields import ALIASES

        unknown = sorted(set(names) - set(ALIASES))
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(unknown)}")
        return names


class Tables(configs.Strict):
    """CSV and XLSX. ``names``: headings of this provider beyond those known."""

    names: dict[str, str] = {}
    coordinates: Literal["ddmm", "decimal", "auto"] = "auto"
    speed_unit: Literal["kn", "kmh"] = "kn"


class Settings(configs.Strict):
    """``senders`` are the users whose API keys may send as this provider."""

    senders: list[str] = []
    timezone: str = "Asia/Ho_Chi_Minh"
    national: National = National()
    naf: Naf = Naf()
    json_: Objects = Field(default=Objects(), alias="json")
    table: Tables = Tables()

    @model_validator(mode="after")
    def _zones_exist(self) -> Settings:
        for name in (self.timezone, self.national.timezone):
            zone(name)
        return self


def zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"no such time zone: {name}") from None


def settings_of(config: Any) -> Settings:
    """Raises ValueError with one line per mistake, for the person who typed it."""
    return configs.settings_of(config, Settings)


def check(config: Any) -> None:
    """For ``FeedKind.check``."""
    settings_of(config)
