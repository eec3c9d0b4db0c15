"""Kind ``speed``: too fast or too slow within a zone. It is kind ``zone`` with a limit
of speed, under the name by which people look for it."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from . import zone
from .base import (
    Batch,
    Params,
    RuleKind,
    Shown,
    States,
    Transitions,
    Zones,
    kinds,
)
from .screening import in_areas
from .uniting import by_zone

SIDES = (("above", _("faster")), ("below", _("slower")))


class SpeedParams(Params):
    """Raised while a feature in a zone goes at ``limit_kn`` or faster (slower), for
    ``fixes`` fixes that span ``minutes``; over once it is slower (faster) than that
    by ``deadband_kn``, or farther outside than ``hysteresis_m``."""

    direction: Annotated[
        Literal["above", "below"], Shown(_("Raised when it goes"), choices=SIDES)
    ] = "above"
    limit_kn: Annotated[float, Shown(_("Limit"), _("kn"))] = Field(ge=0, le=100)
    deadband_kn: Annotated[
        float, Shown(_("Dead band"), _("kn"), _("It ends once it is back by this."))
    ] = Field(0, ge=0, le=20)
    fixes: Annotated[int, zone.FIXES_SHOWN] = Field(1, ge=1, le=20)
    minutes: Annotated[
        float,
        Shown(_("For"), _("min"), _("Fixes in a row must span at least so long.")),
    ] = Field(0, ge=0, le=1_440)
    hysteresis_m: Annotated[float, zone.HYSTERESIS_SHOWN] = Field(0, ge=0, le=20_000)

    @property
    def as_zone(self) -> zone.ZoneParams:
        above = self.direction == "above"
        return zone.ZoneParams(
            fixes=self.fixes,
            minutes=self.minutes,
            dwell_minutes=0,
            hysteresis_m=self.hysteresis_m,
            speed_min_kn=self.limit_kn if above else None,
            speed_max_kn=None if above else self.limit_kn,
            speed_deadband_kn=self.deadband_kn,
        )


def evaluate(
    params: SpeedParams, zones: Zones, states: States, batch: Batch
) -> tuple[States, Transitions]:
    """Fixes of the forbidden speed against areas."""
    return zone.evaluate(params.as_zone, zones, states, batch)


KIND = kinds.register(
    RuleKind(
        slug="speed",
        title=_("Too fast or too slow in a zone"),
        params=SpeedParams,
        evaluate=evaluate,
        verbs=("speed.exceeded", "speed.returned"),
        needs_zone=True,
        columns=lambda params: zone.columns(params.as_zone),
        screen=in_areas,
        unite=by_zone(evaluate),
        order=12,
    )
)
