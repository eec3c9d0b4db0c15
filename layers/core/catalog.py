"""The catalogue of layers as JSON: menu, legend and filters are drawn from it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import orjson
from django.apps import apps
from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import gettext

from . import queries
from .scope import Grant
from .spec import Field, Layer, by_role


@cache
def folder(layer: Layer) -> Path:
    return Path(apps.get_app_config(layer.app_label).path)


@cache
def style(layer: Layer) -> dict[str, Any]:
    """``style.json``: MapLibre layers without source, icons and the legend."""
    path = folder(layer) / "static" / layer.slug / "style.json"
    return dict(orjson.loads(path.read_bytes()))


def module_url(layer: Layer) -> str | None:
    """Address of the optional ``layer.js``."""
    name = f"{layer.slug}/layer.js"
    exists = (folder(layer) / "static" / name).exists()
    return static(name) if exists else None


@cache
def _words(layer: Layer) -> dict[str, str]:
    path = folder(layer) / "static" / layer.slug / "words.json"
    return dict(orjson.loads(path.read_bytes())) if path.exists() else {}


def words(layer: Layer) -> dict[str, str]:
    """What ``layer.js`` says to people, by key, in the active language: the English
    of the optional ``words.json`` through the folder's ``locale``."""
    return {key: gettext(text) for key, text in _words(layer).items()}


def describe_field(entry: Field) -> dict[str, Any]:
    return {
        "name": entry.name,
        "type": entry.type,
        "title": str(entry.title),
        "unit": entry.unit,
        "choices": [{"value": v, "title": str(t)} for v, t in entry.choices],
        "filter": entry.filter,
        "tile": entry.tile and not entry.mask,
    }


def legend(layer: Layer) -> list[dict[str, Any]]:
    """Legend entries with their labels in the active language."""
    return [
        {**entry, "label": gettext(entry["label"])}
        for entry in style(layer).get("legend", [])
    ]


def _drawer(layer: Layer, grant: Grant) -> str:
    """The layer whose drawer opens for a feature: its own, or that of its role."""
    if layer.drawer_role and grant.allows(by_role(layer.drawer_role)):
        return by_role(layer.drawer_role).slug
    return layer.slug


def describe(layer: Layer, grant: Grant, *, count: bool = True) -> dict[str, Any]:
    """Everything a client needs to draw, list, filter and explain the layer."""
    fragment = style(layer)
    fields = [f for f in layer.fields if not f.mask or f.mask in grant.masks]
    return {
        "slug": layer.slug,
        "title": str(layer.title),
        "group": str(layer.group),
        "icon": layer.icon,
        "order": layer.order,
        "geometry": layer.geometry,
        "visible": layer.visible,
        "source": str(layer.source),
        "count": queries.count(layer, grant) if count else None,
        "newest": queries.newest(layer, grant) if count else None,
        "freshness_s": layer.freshness.total_seconds() if layer.freshness else None,
        "time_field": layer.time_field,
        "history": bool(layer.as_of or layer.history),
        "fields": [describe_field(entry) for entry in fields],
        "tiles": {
            "kind": layer.tile.kind,
            "url": f"/tiles/{layer.slug}/{{z}}/{{x}}/{{y}}",
            "tilejson": f"/tiles/{layer.slug}",
            "minzoom": layer.tile.minzoom,
            "maxzoom": layer.tile.maxzoom,
            "expires_s": layer.tile.expires_s,
        },
        "roles": sorted(layer.roles),
        "drawer": _drawer(layer, grant),
        "style": fragment.get("layers", []),
        "style_light": fragment.get("layers_light", {}),
        "images": fragment.get("images", {}),
        "legend": legend(layer),
        "module": module_url(layer),
        "words": words(layer),
        "demo": settings.IOC_DEMO,
    }
