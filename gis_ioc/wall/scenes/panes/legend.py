"""What the marks of the layers of the scene mean."""

from __future__ import annotations

import math

from django.utils.translation import gettext_lazy as _

from gis_ioc.wall.canvas import Box
from gis_ioc.wall.legibility import Sizes
from gis_ioc.wall.scenes.body import SceneBody
from layers.core import catalog
from layers.core.shown import Params
from layers.core.spec import Layer, registry

from .base import PaneKind, Part, Text, Title, chars_across, kinds, slug_of, stacked

ENTRY_CHARS = 22


class LegendOptions(Params):
    title: Title = ""


def shown_layers(scene: SceneBody) -> list[Layer]:
    """The layers that a scene names, or those that are shown by themselves."""
    if not scene.layers and not scene.roles:
        return [layer for layer in registry.values() if layer.visible]
    roles = set(scene.roles)
    return [
        layer
        for layer in registry.values()
        if layer.slug in scene.layers or roles & layer.roles
    ]


def texts(
    _options: LegendOptions, box: Box, sizes: Sizes, scene: SceneBody
) -> list[Text]:
    """One line a mark and one a layer, in as many columns as fit beside each other."""
    layers = shown_layers(scene)
    entries = sum(1 + len(catalog.legend(layer)) for layer in layers)
    columns = max(1, chars_across(box, sizes.text) // (ENTRY_CHARS + 3))
    lines = math.ceil(entries / columns)
    entry = Part(_("names of marks"), ENTRY_CHARS * columns, lines)
    measured = stacked((entry,), box, sizes.text)
    return [text._replace(chars=ENTRY_CHARS) for text in measured]


KIND = kinds.register(
    PaneKind(
        slug=slug_of(__name__),
        title=_("Legend"),
        icon="list-details",
        options=LegendOptions,
        texts=texts,
        least=(4, 3),
        order=100,
    )
)
