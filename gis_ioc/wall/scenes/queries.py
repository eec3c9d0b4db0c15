"""Scenes as pages and the bundle read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext

from gis_ioc.wall.models import Scene, Wall

from .body import SceneBody
from .panes import kinds


def of_wall(wall: Wall) -> list[Scene]:
    """Those that a wall can show, in order."""
    fitting = Scene.objects.filter(wall=wall) | Scene.objects.filter(wall=None)
    return list(fitting.order_by("order", "slug"))


def shown_body(body: dict[str, Any]) -> dict[str, Any]:
    """A body whose shipped words are in the language of the moment."""
    return {**body, "panes": [_shown_pane(pane) for pane in body.get("panes", ())]}


def _shown_pane(pane: dict[str, Any]) -> dict[str, Any]:
    kind, options = kinds.get(pane["kind"]), pane.get("options") or {}
    if kind is None:
        return pane
    said = {name: gettext(options[name]) for name in kind.words if options.get(name)}
    return {**pane, "options": {**options, **said}} if said else pane


def sketch(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Rectangles of a scene in hundredths of its width and height, with the icon of
    what each shows."""
    parsed = SceneBody.model_validate(body)
    across, along = 100 / parsed.grid_columns, 100 / parsed.grid_rows
    return [
        {
            "x": round(pane.column * across, 2),
            "y": round(pane.row * along, 2),
            "width": round(pane.width * across, 2),
            "height": round(pane.height * along, 2),
            "icon": kinds[pane.kind].icon if pane.kind in kinds else "help",
            "title": str(kinds[pane.kind].title) if pane.kind in kinds else pane.kind,
        }
        for pane in parsed.panes
    ]


def personal(scenes: Iterable[Scene]) -> set[str]:
    """Slugs of scenes with a pane that may show people."""
    return {
        scene.slug
        for scene in scenes
        if any(
            pane["kind"] in kinds and kinds[pane["kind"]].personal
            for pane in scene.body["panes"]
        )
    }


def versions(slug: str) -> list[dict[str, Any]]:
    """Every version of a scene, the newest first: who, when, what for."""
    events = (
        Scene.pgh_event_model.objects.filter(slug=slug)  # type: ignore[attr-defined]
        .select_related("pgh_context", "changed_by")
        .order_by("-pgh_id")[:100]
    )
    return [
        {
            "id": event.pk,
            "version": event.version,
            "at": event.pgh_created_at,
            "who": event.changed_by,
            "deleted": event.pgh_label == "delete",
            "reason": (event.pgh_context.metadata or {}).get("reason", "")
            if event.pgh_context
            else "",
            "panes": len(event.body.get("panes", ())),
            "title": gettext(event.title),
        }
        for event in events
    ]
