"""What a wall shows: which layers, and what stands in the column beside the map."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """``roles``: layers that play one of them (by their names in ``lib/roles.js``) are
    shown; none: those that are shown by themselves. ``side``: what the column lists."""

    slug: str
    title: str | Promise
    roles: tuple[str, ...] = ()
    side: Literal["alarms", "orders"] = "alarms"

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"title": str(self.title)}


OVERVIEW = Scene(slug="overview", title=_("The whole picture"))
SCENES = {
    scene.slug: scene
    for scene in (
        OVERVIEW,
        Scene(
            slug="handling",
            title=_("What is being handled"),
            roles=("ground", "alarms", "orders"),
            side="orders",
        ),
    )
}
