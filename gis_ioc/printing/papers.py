"""The sheets that a map is printed on, and how the map lies on them. Millimetres."""

from __future__ import annotations

from dataclasses import dataclass

DPI = 180
MARGIN_MM = 10
HEAD_MM = 15
FOOT_MM = 21
# Room for the numbers of the grid round the map.
EDGE_MM = 4.5
# The legend: a column at the right of a landscape sheet, a block below a portrait one.
COLUMN_MM = {"a4": 58, "a3": 68}
BLOCK_MM = {"a4": 62, "a3": 74}
GAP_MM = 4
SIGN_MM = 3.0
LETTER_MM = 1.05
USED = 0.88
SIDES_MM = {"a4": (210, 297), "a3": (297, 420)}


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet and the room of the map on it."""

    slug: str
    size: str
    portrait: bool
    width: float
    height: float
    map_width: float
    map_height: float
    legend_width: float
    legend_height: float

    @property
    def columns(self) -> int:
        """Of the legend."""
        return {"a4": 4, "a3": 5}[self.size] if self.portrait else 2

    @property
    def legend_lines(self) -> float:
        """Signs that find room beside the map, all columns together; not all of it is
        used, for a layer is not broken in the middle of a sign."""
        return USED * self.columns * (self.legend_height // SIGN_MM)

    @property
    def legend_letters(self) -> int:
        """On one line of a column, beside the sign."""
        column = self.legend_width / self.columns
        return int((column - SIGN_MM - GAP_MM) / LETTER_MM)

    @property
    def page(self) -> str:
        """As a style sheet names it."""
        return f"{self.width}mm {self.height}mm"


def _paper(size: str, *, portrait: bool) -> Paper:
    short, long = SIDES_MM[size]
    width, height = (short, long) if portrait else (long, short)
    across = width - 2 * MARGIN_MM
    down = height - 2 * MARGIN_MM - HEAD_MM - FOOT_MM
    legend = (across, BLOCK_MM[size]) if portrait else (COLUMN_MM[size], down)
    across -= 0 if portrait else legend[0] + GAP_MM
    down -= legend[1] + GAP_MM if portrait else 0
    return Paper(
        slug=f"{size}-{'portrait' if portrait else 'landscape'}",
        size=size,
        portrait=portrait,
        width=width,
        height=height,
        map_width=across - 2 * EDGE_MM,
        map_height=down - 2 * EDGE_MM,
        legend_width=legend[0],
        legend_height=legend[1],
    )


PAPERS = {
    paper.slug: paper
    for size in ("a4", "a3")
    for paper in (_paper(size, portrait=False), _paper(size, portrait=True))
}
