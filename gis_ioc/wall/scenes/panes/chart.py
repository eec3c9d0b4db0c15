"""A line of values over time: of an indicator in a unit, or a field of a feature."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import Field, model_validator

from gis_ioc.wall.canvas import Box
from gis_ioc.wall.legibility import Sizes
from gis_ioc.wall.scenes.body import SceneBody
from layers.core.shown import Params, Shown

from .base import PaneKind, Part, Text, Title, headed, kinds, slug_of, stacked

# Height of the drawing itself, in sizes of the text.
PLOT = 4.0


class ChartOptions(Params):
    """An ``indicator`` (of the unit with ``unit_code``, else the province), or the
    ``field`` of a ``feature`` of a ``layer`` over the last ``hours``."""

    title: Title = ""
    indicator: Annotated[str, Shown(_("Indicator"), role="indicator")] = Field(
        "", max_length=20
    )
    unit_code: Annotated[
        str,
        Shown(_("Unit"), role="unit", help=_("Its code; empty: the province.")),
    ] = Field("", max_length=20)
    # its slug, or a role that it plays: a scene for every centre names no layer
    layer: Annotated[
        str, Shown(_("Layer"), role="layer", help=_("For values of a feature."))
    ] = Field("", max_length=60)
    feature: Annotated[
        int | None,
        Shown(_("Feature"), role="feature", help=_("Empty: the first of the layer.")),
    ] = Field(None, ge=1)
    field: Annotated[
        str, Shown(_("Value"), role="number", help=_("Empty: the first it measures."))
    ] = Field("", max_length=60)
    hours: Annotated[int, Shown(_("Hours back"))] = Field(24, ge=1, le=24 * 31)

    @model_validator(mode="after")
    def _of_something(self) -> ChartOptions:
        if bool(self.indicator) == bool(self.layer):
            raise ValueError(
                str(_("A chart shows an indicator or a layer: one of them."))
            )
        return self


def texts(
    options: ChartOptions, box: Box, sizes: Sizes, _scene: SceneBody
) -> list[Text]:
    """A heading, the newest value with its unit, the plot with its axes, the source."""
    parts = (
        headed(options.title, Part(_("title"), 20, 2), box, sizes),
        Part(_("newest value"), 12, factor=1.35),
        Part(_("axes"), 16, 2, gap=PLOT),
        Part(_("period and source"), 20, 1),
    )
    return stacked(parts, box, sizes.text)


KIND = kinds.register(
    PaneKind(
        slug=slug_of(__name__),
        title=_("Chart"),
        icon="chart-line",
        options=ChartOptions,
        texts=texts,
        least=(5, 4),
        order=80,
    )
)
