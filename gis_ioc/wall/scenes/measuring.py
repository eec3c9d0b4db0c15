"""How large the words of a pane are where it lies on a wall."""

from __future__ import annotations

from gis_ioc.wall.canvas import Box, Canvas
from gis_ioc.wall.legibility import Sizes
from gis_ioc.wall.models import Wall

from .body import Pane, SceneBody
from .panes import Text, kinds

# What a browser rounds away.
NEAR_PX = 0.5


def box_of(pane: Pane, body: SceneBody, canvas: Canvas) -> Box:
    """The canvas pixels of a pane; edges lie on whole pixels."""
    across, along = (
        canvas.width_px / body.grid_columns,
        canvas.height_px / body.grid_rows,
    )
    left, top = round(pane.column * across), round(pane.row * along)
    right = round((pane.column + pane.width) * across)
    bottom = round((pane.row + pane.height) * along)
    return Box(left, top, right - left, bottom - top)


def wanted_sizes(body: SceneBody, wall: Wall) -> Sizes:
    """The sizes that a scene draws with on a wall."""
    return wall.sizes.times(body.text)


def measured(pane: Pane, body: SceneBody, wall: Wall) -> list[Text]:
    """The texts of a pane as large as they can be drawn where it lies.

    Raises KeyError for an unknown kind and pydantic.ValidationError for options that
    its kind does not take.
    """
    kind = kinds[pane.kind]
    options = kind.options.model_validate(pane.options)
    sizes = wall.sizes.times(body.text)
    return kind.texts(options, box_of(pane, body, wall.canvas), sizes, body)


def small(texts: list[Text], wall: Wall) -> list[Text]:
    """Those that the farthest reader cannot read."""
    return [text for text in texts if text.px < wall.sizes.text - NEAR_PX]
