"""The virtual canvas of a wall: where each panel lies on it, and which part of the map
it shows. Pure; ``static/ioc/js/wall/canvas.js`` says the same and is tested with the
same cases (``tests/canvas_cases.json``)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

# MapLibre: the world is 512 px wide at zoom 0.
WORLD_PX = 512.0


class Box(NamedTuple):
    """A rectangle of canvas pixels; y runs down."""

    x: float
    y: float
    width: float
    height: float

    def cuts(self, other: Box) -> bool:
        """Whether the two share a pixel."""
        across = self.x < other.x + other.width and other.x < self.x + self.width
        along = self.y < other.y + other.height and other.y < self.y + self.height
        return across and along


class Camera(NamedTuple):
    """Centre in normalised Web Mercator (0–1, y runs down) and the zoom at which the
    world is ``512 * 2**zoom`` canvas pixels wide. Pitch and bearing are always 0."""

    x: float
    y: float
    zoom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """Columns × rows of equal panels; the bezels hide pixels that nobody sees."""

    columns: int
    rows: int
    panel_width_px: int
    panel_height_px: int
    bezel_x_px: int
    bezel_y_px: int

    @property
    def width_px(self) -> int:
        return self.columns * (self.panel_width_px + self.bezel_x_px) - self.bezel_x_px

    @property
    def height_px(self) -> int:
        return self.rows * (self.panel_height_px + self.bezel_y_px) - self.bezel_y_px

    @property
    def whole(self) -> Box:
        return Box(0, 0, self.width_px, self.height_px)

    def panel(self, column: int, row: int) -> Box:
        """The part of one panel; both count from 1 at the top left.

        Raises ValueError for a panel that the wall has not.
        """
        if not (1 <= column <= self.columns and 1 <= row <= self.rows):
            raise ValueError(f"no panel {column}/{row} on this wall")
        return Box(
            (column - 1) * (self.panel_width_px + self.bezel_x_px),
            (row - 1) * (self.panel_height_px + self.bezel_y_px),
            self.panel_width_px,
            self.panel_height_px,
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"width_px": self.width_px, "height_px": self.height_px}


def shifted(camera: Camera, pane: Box, part: Box) -> Camera:
    """The camera of a window that shows only ``part`` of a map pane: the same zoom,
    the centre moved by as many pixels as the part's middle lies off the pane's."""
    world_px = WORLD_PX * 2**camera.zoom
    dx = part.x + part.width / 2 - pane.x - pane.width / 2
    dy = part.y + part.height / 2 - pane.y - pane.height / 2
    return Camera(camera.x + dx / world_px, camera.y + dy / world_px, camera.zoom)
