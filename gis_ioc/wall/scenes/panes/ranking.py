"""Units ranked by an indicator: the newest published values."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gis_ioc.wall.canvas import Box
from gis_ioc.wall.legibility import Sizes
from gis_ioc.wall.scenes.body import SceneBody
from layers.core.shown import Params, Shown

from .base import PaneKind, Part, Text, Title, headed, kinds, slug_of, stacked

LEVELS = (("commune", _("Communes")), ("district", _("Districts")))
# rank, name, value with its unit
NAME_CHARS, VALUE_CHARS, RANK_CHARS = 15, 9, 3


class RankingOptions(Params):
    title: Title = ""
    indicator: Annotated[str, Shown(_("Indicator"), role="indicator")] = Field(
        min_length=1, max_length=20
    )
    level: Annotated[
        Literal["commune", "district"], Shown(_("Units"), choices=LEVELS)
    ] = "commune"
    top: Annotated[int, Shown(_("Rows"))] = Field(8, ge=1, le=30)
    worst_first: Annotated[bool, Shown(_("The worst first"))] = False


def texts(
    options: RankingOptions, box: Box, sizes: Sizes, _scene: SceneBody
) -> list[Text]:
    """A heading of two lines, one line a unit, and period and source below."""
    row = NAME_CHARS + VALUE_CHARS + RANK_CHARS
    parts = (
        headed(options.title, Part(_("title"), 20, 2), box, sizes),
        Part(_("names and values of units"), row, options.top, gap=0.16 * options.top),
        Part(_("period and source"), 20, 1, gap=0.3),
    )
    return stacked(parts, box, sizes.text)


KIND = kinds.register(
    PaneKind(
        slug=slug_of(__name__),
        title=_("Ranking"),
        icon="trophy",
        options=RankingOptions,
        texts=texts,
        rows="top",
        needs=("figures",),
        least=(5, 4),
        order=70,
    )
)
