"""What makes a pane readable: tried out, not guessed."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from pydantic import ValidationError

from gis_ioc.wall.models import Wall

from .body import Pane, SceneBody
from .measuring import measured, small, wanted_sizes
from .panes import kinds


def of(pane: Pane, body: SceneBody, wall: Wall) -> Iterator[str]:
    """Words for each single change that would do; one at least."""
    needed = wall.sizes.text
    if wanted_sizes(body, wall).text < needed:
        yield _("text factor of the scene at least %(n)s") % {"n": "1.0"}
        if body.text < 1 and not _reads(
            pane, body.model_copy(update={"text": 1.0}), wall
        ):
            yield _("and a larger pane or less in it")
        return
    rows = _fewer_rows(pane, body, wall)
    if rows is not None:
        yield _("at most %(n)s rows") % {"n": rows}
    larger = _larger(pane, body, wall)
    if larger is not None:
        yield _("a larger pane: %(width)s × %(height)s cells instead of %(was)s") % {
            "width": larger[0],
            "height": larger[1],
            "was": f"{pane.width} × {pane.height}",
        }
    if body.text > 1:
        yield _("a smaller text factor of the scene: at least %(n)s") % {"n": "1.0"}
    if rows is None and larger is None:
        yield _("less in the pane, or a scene with fewer panes")


def _reads(pane: Pane, body: SceneBody, wall: Wall) -> bool:
    try:
        return not small(measured(pane, body, wall), wall)
    except ValidationError:
        return False


def _fewer_rows(pane: Pane, body: SceneBody, wall: Wall) -> int | None:
    """The most rows that can be read where the pane lies."""
    kind = kinds[pane.kind]
    if not kind.rows:
        return None
    options = kind.options.model_validate(pane.options)
    rows = getattr(options, kind.rows) or 0
    for fewer in range(rows - 1, 0, -1):
        changed = {**pane.options, kind.rows: fewer}
        if _reads(pane.model_copy(update={"options": changed}), body, wall):
            return fewer
    return None


def _larger(pane: Pane, body: SceneBody, wall: Wall) -> tuple[int, int] | None:
    """(width, height) in cells of the smallest pane that can be read."""
    sizes = sorted(
        (
            (width, height)
            for width in range(pane.width, body.grid_columns + 1)
            for height in range(pane.height, body.grid_rows + 1)
        ),
        key=lambda size: (size[0] * size[1], size[1]),
    )
    for width, height in sizes:
        place = {"column": 0, "row": 0, "width": width, "height": height}
        if _reads(pane.model_copy(update=place), body, wall):
            return width, height
    return None
