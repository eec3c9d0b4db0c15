"""Open alarms, the worst first; those that have no room are counted below."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gis_ioc.wall.canvas import Box
from gis_ioc.wall.legibility import Sizes
from gis_ioc.wall.scenes.body import SceneBody
from layers.core.shown import Params, Shown

from .base import PaneKind, Part, Text, Title, headed, kinds, slug_of, stacked

LEVELS = (
    ("low", _("Low")),
    ("medium", _("Medium")),
    ("high", _("High")),
    ("critical", _("Critical")),
)
LEAST_ROWS = 1


class AlertsOptions(Params):
    """``limit`` rows always have room; without it as many are shown as fit."""

    title: Title = ""
    severity_min: Annotated[
        Literal["low", "medium", "high", "critical"],
        Shown(_("From severity"), choices=LEVELS),
    ] = "low"
    limit: Annotated[
        int | None,
        Shown(_("Most rows"), help=_("Empty: as many as fit.")),
    ] = Field(None, ge=1, le=30)


def texts(
    options: AlertsOptions, box: Box, sizes: Sizes, _scene: SceneBody
) -> list[Text]:
    """A row is a title of two lines, and unit and age below; the last line says how
    many more there are."""
    rows = options.limit or LEAST_ROWS
    parts = (
        headed(
            options.title, Part(_("heading of the list"), 20, factor=1.35), box, sizes
        ),
        Part(_("titles of alerts"), 18, 2 * rows, gap=0.4 * rows),
        Part(_("unit and age"), 18, rows, gap=0.32 * rows),
        Part(_("how many more"), 12, gap=0.1),
    )
    return stacked(parts, box, sizes.text)


KIND = kinds.register(
    PaneKind(
        slug=slug_of(__name__),
        title=_("Open alerts"),
        icon="bell",
        options=AlertsOptions,
        texts=texts,
        rows="limit",
        needs=(slug_of(__name__),),
        least=(4, 4),
        order=20,
    )
)
