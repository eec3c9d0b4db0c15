"""Words that somebody wrote."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gis_ioc.wall.canvas import Box
from gis_ioc.wall.legibility import Sizes
from gis_ioc.wall.scenes.body import SceneBody
from layers.core.shown import Params, Shown

from .base import PaneKind, Text, Title, kinds, slug_of, stacked, written

SIDES = (("left", _("Left")), ("centre", _("Centre")))


class TextOptions(Params):
    """``over_bezels``: its author knows that a bezel cuts it."""

    title: Title = ""
    body: Annotated[str, Shown(_("Words"), role="lines")] = Field("", max_length=600)
    align: Annotated[Literal["left", "centre"], Shown(_("Aligned"), choices=SIDES)] = (
        "left"
    )
    over_bezels: Annotated[
        bool,
        Shown(
            _("May lie behind a bezel"),
            help=_("Words there are hidden: the pane is not warned of."),
        ),
    ] = False


def texts(
    options: TextOptions, box: Box, sizes: Sizes, _scene: SceneBody
) -> list[Text]:
    """The title and the lines as they are wrapped."""
    parts = []
    if options.title:
        factor = sizes.strong / sizes.text
        parts.append(written(_("title"), options.title, box, sizes, factor))
    if options.body:
        parts.append(written(_("words"), options.body, box, sizes, 1.0))
    return stacked(parts, box, sizes.text) if parts else []


KIND = kinds.register(
    PaneKind(
        slug=slug_of(__name__),
        title=_("Words"),
        icon="typography",
        options=TextOptions,
        texts=texts,
        words=("title", "body"),
        order=60,
    )
)
