"""What a kind of pane is, and how large its words can be where it lies."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gis_ioc.wall.canvas import Box
from gis_ioc.wall.legibility import CHAR_WIDTH, LINE_HEIGHT, MOST_CHARS, Sizes
from layers.core.registry import Registry
from layers.core.shown import Params, Shown
from layers.core.spec import Text as Words

if TYPE_CHECKING:
    from gis_ioc.wall.scenes.body import SceneBody

# Free space at each edge of a pane, in sizes of its text (``css/wall.css``: --pad).
PADDING = 0.55

Title = Annotated[
    str,
    Shown(_("Title"), help=_("Empty: what it shows says it.")),
    Field(max_length=80),
]


class Text(NamedTuple):
    """Words of a pane as the farthest reader gets them: ``px`` is the font size in
    canvas pixels at which all of them fit, ``chars`` the longest of ``lines``."""

    name: Words
    px: float
    chars: int
    lines: int


class Part(NamedTuple):
    """Words that a pane wants to show: ``factor`` times the text's size, ``gap`` of
    free height beside, in sizes of the text."""

    name: Words
    chars: int
    lines: int = 1
    factor: float = 1.0
    gap: float = 0.0


Measure = Callable[[Any, Box, Sizes, "SceneBody"], list[Text]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaneKind:
    """A kind of pane; what draws it is ``static/ioc/js/wall/panes/<slug>.js``.

    ``texts(options, box, sizes, scene)`` names every text of a pane in a box of
    canvas pixels; ``sizes`` are those that the scene wants. ``rows``: the option that
    says how many rows there are. ``personal``: it may show people, so privacy blanks
    it. ``needs``: roles of layers without which it is empty. ``over_bezels``: it is a
    picture, which a bezel may cut. ``measured``: its words are ours to measure.
    ``words``: options that are shown as they are written.
    """

    slug: str
    title: Words
    icon: str
    options: type[Params]
    texts: Measure
    rows: str = ""
    personal: bool = False
    needs: tuple[str, ...] = ()
    over_bezels: bool = False
    measured: bool = True
    words: tuple[str, ...] = ("title",)
    least: tuple[int, int] = (2, 2)
    order: int = 100

    def as_json(self) -> dict[str, Any]:
        """What the editor needs, in the language of the moment."""
        return {
            "slug": self.slug,
            "title": str(self.title),
            "icon": self.icon,
            "personal": self.personal,
            "needs": list(self.needs),
            "least": list(self.least),
            "schema": self.options.form_schema(),
        }


kinds: Registry[PaneKind] = Registry("kind of pane")


def slug_of(module: str) -> str:
    """A kind is called like its module."""
    return module.rpartition(".")[2]


def stacked(parts: Iterable[Part], box: Box, read_px: float) -> list[Text]:
    """Parts below each other, as large as all of them fit into the box and at most as
    wanted. What is larger than text gives way first, down to the size of text; then
    all shrink alike."""
    wanted = list(parts)
    factors = _giving_way(wanted, box.height / read_px)
    whole = _height(wanted, factors)
    shrink = min(1.0, box.height / (whole * read_px))
    inside = box.width - 2 * PADDING * read_px * shrink
    found = []
    for part, factor in zip(wanted, factors, strict=True):
        px = factor * read_px * shrink
        if part.chars:
            px = min(px, max(inside, 0.0) / (part.chars * CHAR_WIDTH))
        found.append(Text(part.name, round(px, 1), part.chars, part.lines))
    return found


def _height(parts: list[Part], factors: list[float]) -> float:
    """Height of all in sizes of the text."""
    lines = sum(
        part.lines * factor * LINE_HEIGHT + part.gap
        for part, factor in zip(parts, factors, strict=True)
    )
    return lines + 2 * PADDING


def _giving_way(parts: list[Part], room: float) -> list[float]:
    factors = [part.factor for part in parts]
    cap = max(factors, default=1.0)
    while cap > 1.0 and _height(parts, [min(cap, f) for f in factors]) > room:
        cap = max(1.0, cap - 0.05)
    return [min(cap, factor) for factor in factors]


def chars_across(box: Box, px: float) -> int:
    """How many characters of a size fit between the edges of a box."""
    return max(1, int((box.width - 2 * PADDING * px) / (px * CHAR_WIDTH)))


def wrapped(text: str, box: Box, px: float) -> list[str]:
    """The lines of a text in a box, none longer than a line of a wall may be."""
    width = min(MOST_CHARS, chars_across(box, px))
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        lines += textwrap.wrap(paragraph, width, break_long_words=False) or [""]
    return lines


def written(name: Words, text: str, box: Box, sizes: Sizes, factor: float) -> Part:
    """A part for words that somebody wrote, wrapped at their size."""
    lines = wrapped(text, box, sizes.text * factor)
    return Part(name, max(map(len, lines)), len(lines), factor)


def headed(title: str, usual: Part, box: Box, sizes: Sizes) -> Part:
    """The heading of a pane: as written, else its usual one."""
    return written(_("title"), title, box, sizes, 1.0) if title else usual
