"""How the figures stand in the messages of a source (``Feed.config``), checked.

{"publisher": "…", "columns": {"unit": "MA_DVHC", "period": "KY"},
 "wide": {"KT05": "THU_NSNN", "KT04:services": "CO_CAU_DV"},
 "constants": {"vintage": "estimate"}}
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from feeds.core.configs import Strict, settings_of

FIELDS = frozenset(
    {
        "unit", "kind", "indicator", "facet", "period", "value", "vintage",
        "published_at", "note",
    }
)  # fmt: skip
NEEDED = ("unit", "period")
TARGET = re.compile(r"[A-Za-z0-9_.-]{1,12}(:.{1,40})?")


def _known(names: dict[str, str]) -> dict[str, str]:
    if unknown := sorted(set(names) - FIELDS):
        listed = ", ".join(sorted(FIELDS))
        raise ValueError(f"unknown: {', '.join(unknown)}; there are {listed}")
    return names


def _targets(names: dict[str, str]) -> dict[str, str]:
    if wrong := [name for name in names if not TARGET.fullmatch(name)]:
        raise ValueError(f"no code of an indicator: {', '.join(wrong)}")
    return names


Named = Annotated[dict[str, str], AfterValidator(_known)]
Wide = Annotated[dict[str, str], AfterValidator(_targets)]
Marks = Literal[".", ","]


class Mapping(Strict):
    """Where the parts of a figure are found.

    ``columns``: part → name of the column or member (dotted inside objects); a part
    not named here is looked for under its own name. ``constants``: parts that are the
    same for all. ``wide``: one column for each indicator (``CODE`` or ``CODE:part``)
    instead of the columns indicator, facet and value; blank cells are not reported.
    ``records``: dotted path of the array inside a JSON document. ``vintages`` and
    ``periods`` (a regular expression with the groups year, month, quarter, day)
    translate the source's own words.
    """

    publisher: str = Field(default="", max_length=200)
    records: str = ""
    columns: Named = {}
    constants: Named = {}
    wide: Wide = {}
    vintages: dict[str, str] = {}
    periods: str = ""
    delimiter: str = Field(default="", max_length=1)
    encoding: str = "utf-8-sig"
    decimal: Marks = "."

    @model_validator(mode="after")
    def _usable(self) -> Mapping:
        if self.periods:
            try:
                groups = re.compile(self.periods).groupindex
            except re.error as error:
                raise ValueError(f"periods: {error}") from None
            if "year" not in groups:
                raise ValueError("periods: the group (?P<year>…) is missing")
        try:
            "".encode(self.encoding)
        except LookupError:
            raise ValueError(f"encoding: {self.encoding!r} is not known") from None
        return self


class Pushed(Mapping):
    """``senders`` are the users whose API keys may send to this feed."""

    senders: list[str] = []


def check(config: Any) -> None:
    """For ``FeedKind.check``."""
    settings_of(config, Pushed)
