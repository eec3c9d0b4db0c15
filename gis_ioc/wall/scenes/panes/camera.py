"""The picture of a camera."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gis_ioc.wall.canvas import Box
from gis_ioc.wall.legibility import Sizes
from gis_ioc.wall.scenes.body import SceneBody
from layers.core.shown import Params, Shown

from .base import PaneKind, Part, Text, Title, headed, kinds, slug_of, stacked

# Height of the picture itself, in sizes of the text.
PICTURE = 3.0


class CameraOptions(Params):
    """Without ``feature`` it shows the next camera of the list that no other pane of
    the scene shows, so that a scene fits every centre."""

    title: Title = ""
    # its slug, or a role that it plays: a scene for every centre names no layer
    layer: Annotated[
        str,
        Shown(_("Layer"), role="layer", help=_("Empty: that of cameras.")),
    ] = Field("", max_length=60)
    feature: Annotated[
        int | None,
        Shown(_("Camera"), role="feature", help=_("Empty: the next of the list.")),
    ] = Field(None, ge=1)


def texts(
    options: CameraOptions, box: Box, sizes: Sizes, _scene: SceneBody
) -> list[Text]:
    """Its name, and below the picture the time at which it was taken."""
    parts = (
        headed(options.title, Part(_("name of the camera"), 14), box, sizes),
        Part(_("time of the picture"), 14, gap=PICTURE),
    )
    return stacked(parts, box, sizes.text)


KIND = kinds.register(
    PaneKind(
        slug=slug_of(__name__),
        title=_("Camera"),
        icon="device-cctv",
        options=CameraOptions,
        texts=texts,
        personal=True,
        needs=("cctv",),
        over_bezels=True,
        least=(3, 3),
        order=90,
    )
)
