"""Kind ``compound``: alerts of two rules near each other in place and time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from django.utils.translation import gettext_lazy as _
from pydantic import Field, model_validator

from .base import Bools, Floats, Ints, Needs, Params, RuleKind, Shown, kinds
from .geometry import distance_m

CODE = r"^[-a-zA-Z0-9_]+$"


class CompoundParams(Params):
    """Raised when alerts of the rules ``first`` and ``second`` are within ``km`` of
    each other and no more than ``minutes`` lie between the end of one and the
    beginning of the other, whichever came first. It lasts while both are active; if
    they never were at one time it is over as it is raised."""

    first: Annotated[
        str,
        Shown(_("Alerts of the rule"), help=_("It concerns these."), role="rule"),
    ] = Field(pattern=CODE, max_length=60)
    second: Annotated[str, Shown(_("And alerts of the rule"), role="rule")] = Field(
        pattern=CODE, max_length=60
    )
    km: Annotated[float, Shown(_("Within"), _("km"))] = Field(gt=0, le=1_000)
    minutes: Annotated[float, Shown(_("No more between them than"), _("min"))] = Field(
        60, ge=0, le=43_200
    )

    @model_validator(mode="after")
    def _two(self) -> CompoundParams:
        if self.first == self.second:
            raise ValueError("first and second must be two rules")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Spells:
    """Alerts as columns of length n: their id, when each began and ended (seconds since
    1970 UTC, inf: it is active), and where (degrees)."""

    id: Ints
    begins: Floats
    ends: Floats
    lon: Floats
    lat: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """Pairs (place in the first, place in the second), shapes (k,): when both were
    there, whether they still are, and until when they were (inf: still)."""

    one: Ints
    two: Ints
    at: Floats
    until: Floats
    metres: Floats

    @property
    def active(self) -> Bools:
        return np.isinf(self.until)


def pair(params: CompoundParams, first: Spells, second: Spells) -> Met:
    """All pairs of alerts near enough in place and time. A pure function: in whatever
    order the alerts came, the same pairs are found."""
    one, two = (
        grid.ravel()
        for grid in np.meshgrid(
            np.arange(len(first.id)), np.arange(len(second.id)), indexing="ij"
        )
    )
    metres = distance_m(
        first.lon[one], first.lat[one], second.lon[two], second.lat[two]
    )
    begins = np.maximum(first.begins[one], second.begins[two])
    ends = np.minimum(first.ends[one], second.ends[two])
    gap = begins - ends
    keep = (metres <= params.km * 1_000) & (gap <= params.minutes * 60)
    return Met(
        one=one[keep],
        two=two[keep],
        at=begins[keep],
        until=np.maximum(begins, ends)[keep],
        metres=metres[keep],
    )


KIND = kinds.register(
    RuleKind(
        slug="compound",
        title=_("Two alerts near each other"),
        params=CompoundParams,
        pairs=lambda params: (params.first, params.second),
        verbs=("compound.met", "compound.parted"),
        needs=Needs(role="alarms"),
        order=50,
    )
)
