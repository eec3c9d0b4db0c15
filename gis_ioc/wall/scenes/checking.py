"""Whether a scene can be read on a wall by its farthest reader. Pure over the wall's
figures: nothing is drawn.

Every text of every pane must reach the size that 16 minutes of arc ask for, a line
carries no more than 45 characters, and no words lie behind a bezel. What the browser
really draws is measured in the preview (``static/ioc/js/scenes/measure.js``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _
from pydantic import ValidationError

from gis_ioc.wall.canvas import Box, Canvas
from gis_ioc.wall.legibility import MOST_CHARS
from gis_ioc.wall.models import Wall
from layers.core.paramforms import problems_of

from . import remedies
from .body import Pane, SceneBody
from .measuring import box_of, measured, small
from .panes import PaneKind, Text, kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with a pane, for whom, and what helps. ``what``: ``small``,
    ``long``, ``options``, ``kind``, ``bezel``, ``unmeasured``; the last two warn."""

    what: Literal["small", "long", "options", "kind", "bezel", "unmeasured"]
    wall: str
    pane: str
    text: str = ""
    px: float | None = None
    needed_px: float | None = None
    message: str = ""
    remedies: tuple[str, ...] = ()

    @property
    def refuses(self) -> bool:
        return self.what not in ("bezel", "unmeasured")

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"refuses": self.refuses}


def check(body: SceneBody, wall: Wall) -> list[Problem]:
    """Every problem of a scene on a wall, in the order of its panes."""
    return [problem for pane in body.panes for problem in _of_pane(pane, body, wall)]


def _of_pane(pane: Pane, body: SceneBody, wall: Wall) -> Iterator[Problem]:
    kind = kinds.get(pane.kind)
    if kind is None:
        known = ", ".join(kinds)
        yield Problem(
            what="kind", wall=wall.slug, pane=pane.id,
            message=_("pane %(pane)s: there is no kind %(kind)s; there are %(known)s")
            % {"pane": pane.id, "kind": pane.kind, "known": known},
        )  # fmt: skip
        return
    try:
        texts = measured(pane, body, wall)
    except ValidationError as error:
        yield from _wrong_options(pane, wall, error)
        return
    found = small(texts, wall)
    if found:
        helps = tuple(remedies.of(pane, body, wall))
        for text in found:
            yield _too_small(pane, text, wall, helps)
    yield from (
        _too_long(pane, text, wall) for text in texts if text.chars > MOST_CHARS
    )
    yield from _warnings(kind, pane, body, wall, bool(texts))


def _wrong_options(pane: Pane, wall: Wall, error: ValidationError) -> Iterator[Problem]:
    for name, words in problems_of(error):
        place = f"{pane.id}.{name}" if name else pane.id
        yield Problem(
            what="options", wall=wall.slug, pane=pane.id, text=name,
            message=_("pane %(pane)s: %(words)s") % {"pane": place, "words": words},
        )  # fmt: skip


def _too_small(pane: Pane, text: Text, wall: Wall, helps: tuple[str, ...]) -> Problem:
    needed = wall.sizes.text
    said = {
        "pane": pane.id,
        "text": text.name,
        "px": round(text.px),
        "needed": round(needed),
        "metres": f"{wall.farthest_m:g}",
    }
    return Problem(
        what="small", wall=wall.slug, pane=pane.id, text=str(text.name),
        px=text.px, needed_px=needed, remedies=helps,
        message=_("pane %(pane)s: %(text)s %(px)s px, %(needed)s px needed at"
                  " %(metres)s m") % said,
    )  # fmt: skip


def _too_long(pane: Pane, text: Text, wall: Wall) -> Problem:
    said = {
        "pane": pane.id, "text": text.name, "n": text.chars, "most": MOST_CHARS,
    }  # fmt: skip
    return Problem(
        what="long", wall=wall.slug, pane=pane.id, text=str(text.name),
        message=_("pane %(pane)s: a line of %(text)s has %(n)s characters, %(most)s"
                  " can be read on a wall") % said,
        remedies=(_("fewer or shorter words"),),
    )  # fmt: skip


def _warnings(
    kind: PaneKind, pane: Pane, body: SceneBody, wall: Wall, worded: bool
) -> Iterator[Problem]:
    if not kind.measured:
        yield Problem(
            what="unmeasured", wall=wall.slug, pane=pane.id,
            message=_("pane %(pane)s: the words of a page of another house cannot be"
                      " measured; look at it from the last row") % {"pane": pane.id},
        )  # fmt: skip
    allowed = kind.over_bezels or pane.options.get("over_bezels")
    if worded and not allowed:
        cuts = list(bezels_in(box_of(pane, body, wall.canvas), wall.canvas))
        if cuts:
            yield Problem(
                what="bezel", wall=wall.slug, pane=pane.id,
                message=_("pane %(pane)s: a bezel hides a part of its words"
                          " (%(cuts)s)") % {"pane": pane.id, "cuts": ", ".join(cuts)},
                remedies=(_("move it so that it lies on one panel"),),
            )  # fmt: skip


def bezels_in(box: Box, canvas: Canvas) -> Iterator[str]:
    """The bezels that cut a box, in words. A wall without bezels has none."""
    if canvas.bezel_x_px:
        step = canvas.panel_width_px + canvas.bezel_x_px
        for column in range(1, canvas.columns):
            edge = column * step - canvas.bezel_x_px
            if box.x < edge and box.x + box.width > edge + canvas.bezel_x_px:
                yield _("between columns %(a)s and %(b)s") % {
                    "a": column, "b": column + 1,
                }  # fmt: skip
    if canvas.bezel_y_px:
        step = canvas.panel_height_px + canvas.bezel_y_px
        for row in range(1, canvas.rows):
            edge = row * step - canvas.bezel_y_px
            if box.y < edge and box.y + box.height > edge + canvas.bezel_y_px:
                yield _("between rows %(a)s and %(b)s") % {"a": row, "b": row + 1}
