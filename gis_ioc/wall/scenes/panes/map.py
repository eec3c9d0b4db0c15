"""A map. Without a camera and layers of its own it shows those of the scene."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gis_ioc.wall.canvas import Box
from gis_ioc.wall.legibility import Sizes
from gis_ioc.wall.scenes.body import Camera, SceneBody, Slug
from layers.core.shown import Params, Shown

from .base import PaneKind, Part, Text, Title, headed, kinds, slug_of, stacked


class MapOptions(Params):
    """``layers`` and ``roles`` of its own instead of those of the scene."""

    title: Title = ""
    camera: Annotated[
        Camera | None,
        Shown(_("View of the map"), role="view", help=_("Empty: that of the scene.")),
    ] = None
    layers: Annotated[
        tuple[Slug, ...],
        Shown(_("Layers"), role="layers", help=_("None: those of the scene.")),
    ] = Field((), max_length=40)
    roles: Annotated[
        tuple[str, ...],
        Shown(
            _("Roles of layers"), role="roles", help=_("Whichever layers play them.")
        ),
    ] = Field((), max_length=40)
    indicator: Annotated[
        str,
        Shown(
            _("Units coloured by"),
            role="indicator",
            help=_("With the layer of indicators among its layers."),
        ),
    ] = Field("", max_length=20)


def texts(options: MapOptions, box: Box, sizes: Sizes, _scene: SceneBody) -> list[Text]:
    """Names of places and marks, and the strip with scale and legend below."""
    names = Part(_("names on the map"), 12, 4)
    furniture = Part(_("scale and legend"), 16, 1, gap=1.0)
    if not options.title:
        return stacked((names, furniture), box, sizes.text)
    title = headed(options.title, names, box, sizes)
    return stacked((title, names, furniture), box, sizes.text)


KIND = kinds.register(
    PaneKind(
        slug=slug_of(__name__),
        title=_("Map"),
        icon="map-2",
        options=MapOptions,
        texts=texts,
        over_bezels=True,
        least=(4, 3),
        order=10,
    )
)
