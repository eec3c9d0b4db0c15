"""Kind ``event``: something that another part of the system has recorded."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import Field, model_validator

from .base import Params, RuleKind, Shown, kinds

EVENT = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$"


class EventParams(Params):
    """Raised by events of the kind ``began``, over with the next one of the kind
    ``ended``. ``withdrawn`` says that it should not have been raised: what is over is
    closed. With ``lasts_minutes`` it is also over when that long nothing new was
    told; with neither it is momentary, cleared as it is raised."""

    began: Annotated[str, Shown(_("Begun by the event"), role="event")] = Field(
        pattern=EVENT, max_length=60
    )
    ended: Annotated[str, Shown(_("Ended by the event"), role="event")] = Field(
        "", pattern=rf"^$|{EVENT}", max_length=60
    )
    withdrawn: Annotated[
        str,
        Shown(
            _("Taken back by the event"),
            help=_("It should not have been raised: what is over is closed."),
            role="event",
        ),
    ] = Field("", pattern=rf"^$|{EVENT}", max_length=60)
    lasts_minutes: Annotated[
        float | None,
        Shown(
            _("Over after"),
            _("min"),
            _("When nothing new was told for so long; empty: it has no such end."),
        ),
    ] = Field(None, gt=0, le=525_600)

    @model_validator(mode="after")
    def _distinct(self) -> EventParams:
        if self.began == self.ended:
            raise ValueError("began and ended must be two kinds of event")
        return self


def raises(params: EventParams) -> tuple[bool, bool]:
    return True, bool(params.ended or params.lasts_minutes)


KIND = kinds.register(
    RuleKind(
        slug="event",
        title=_("Something was recorded"),
        params=EventParams,
        hears=lambda params: (params.began, params.ended),
        raises=raises,
        order=5,
    )
)
