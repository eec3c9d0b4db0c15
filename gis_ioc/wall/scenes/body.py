"""What a scene consists of: a camera, layers with filters, a time, panes on a grid."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

MOST_PANES = 24
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=60)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=40)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Home(Strict):
    """The whole province."""

    kind: Literal["home"] = "home"


class Bounds(Strict):
    """As near as these degrees fit into the map pane."""

    kind: Literal["bounds"] = "bounds"
    west: float = Field(ge=-180, le=180)
    south: float = Field(ge=-85, le=85)
    east: float = Field(ge=-180, le=180)
    north: float = Field(ge=-85, le=85)

    @model_validator(mode="after")
    def _ordered(self) -> Bounds:
        if self.west >= self.east or self.south >= self.north:
            raise ValueError("west must be below east, south below north")
        return self


class View(Strict):
    """Centre in degrees; ``zoom`` in canvas pixels (``canvas.Camera``)."""

    kind: Literal["view"] = "view"
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-85, le=85)
    zoom: float = Field(ge=0, le=22)


Camera = Annotated[Home | Bounds | View, Field(discriminator="kind")]


class Pane(Strict):
    """A rectangle of grid cells, counted from 0 at the top left. ``options``: as its
    kind says (``scenes.panes``). Later panes lie over earlier ones."""

    id: Name
    kind: Name
    column: int = Field(ge=0, lt=48)
    row: int = Field(ge=0, lt=48)
    width: int = Field(ge=1, le=48)
    height: int = Field(ge=1, le=48)
    options: dict[str, Any] = {}


class SceneBody(Strict):
    """``layers`` and ``roles`` together name what the maps show (by slug, or by the
    role that a layer plays); both empty: what is shown by itself. ``filters``: by
    slug, as in the address of the map page. ``hours_ago``: the picture as of so long
    ago; 0 is live. ``spotlight``: the pane that an alarm takes (its id), the first
    map when empty. ``text``: how much larger words are than the smallest readable."""

    grid_columns: int = Field(default=24, ge=1, le=48)
    grid_rows: int = Field(default=12, ge=1, le=48)
    camera: Camera = Home()
    layers: tuple[Slug, ...] = ()
    roles: tuple[str, ...] = ()
    filters: dict[str, dict[str, Any]] = {}
    hours_ago: float = Field(default=0, ge=0, le=24 * 366)
    theme: Literal["dark", "light"] | None = None
    text: float = Field(default=1.0, ge=0.2, le=5)
    spotlight: str = ""
    panes: tuple[Pane, ...] = Field(min_length=1, max_length=MOST_PANES)

    @model_validator(mode="after")
    def _on_the_grid(self) -> SceneBody:
        names = [pane.id for pane in self.panes]
        if len(set(names)) != len(names):
            raise ValueError("two panes have the same id")
        for pane in self.panes:
            across = pane.column + pane.width > self.grid_columns
            if across or pane.row + pane.height > self.grid_rows:
                raise ValueError(f"pane {pane.id} does not lie on the grid")
        if self.spotlight and self.spotlight not in names:
            raise ValueError(f"there is no pane {self.spotlight}")
        return self
