"""How many features were heard of and how many are silent, and what is overdue."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gis_ioc.wall import queries
from gis_ioc.wall.canvas import Box
from gis_ioc.wall.legibility import Sizes
from gis_ioc.wall.scenes.body import SceneBody
from layers.core.scope import everything
from layers.core.shown import Params, Shown

from .base import PaneKind, Part, Text, Title, chars_across, kinds, slug_of, stacked
from .base import headed as heading

# "12 345 with signal · 1 234 silent", in the longer of the two languages; in a narrow
# pane "12 345 · 1 234 silent"
FIGURES_CHARS = 34
NARROW_CHARS = 22


class CountsOptions(Params):
    """The first ``limit`` of the layers that are counted, in the order of the menu."""

    title: Title = ""
    limit: Annotated[
        int | None, Shown(_("Most rows"), help=_("Empty: all that are counted."))
    ] = Field(None, ge=1, le=30)


def texts(
    options: CountsOptions, box: Box, sizes: Sizes, _scene: SceneBody
) -> list[Text]:
    """A counted layer has its name, and its figures below."""
    rows = len(queries.measured(everything())[: options.limit])
    narrow = chars_across(box, sizes.text) < FIGURES_CHARS
    figures = Part(_("figures"), NARROW_CHARS if narrow else FIGURES_CHARS, rows)
    parts = [Part(_("names of layers"), 16, rows, gap=0.15 * rows), figures]
    parts.append(Part(_("overdue directives"), 20, 1, factor=1.35, gap=0.3))
    if options.title:
        parts.insert(0, heading(options.title, figures, box, sizes))
    return stacked(parts, box, sizes.text)


KIND = kinds.register(
    PaneKind(
        slug=slug_of(__name__),
        title=_("Counts"),
        icon="list-numbers",
        options=CountsOptions,
        texts=texts,
        rows="limit",
        least=(4, 3),
        order=40,
    )
)
