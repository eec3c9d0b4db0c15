"""System checks of every layer, ids ``layers.E001`` and on."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import orjson
from django.apps import apps
from django.core.checks import Error, Tags, register
from django.core.checks.messages import CheckMessage
from django.db import connection
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.module_loading import import_string

from . import catalog
from .apps import layer_apps
from .spec import SLUG, Layer, registry

SHAPES = frozenset(
    {"circle", "line", "fill", "icon", "triangle", "square", "diamond", "hatch"}
)
NEEDED = {"id", "title", "geom", "shape"}
NEEDED_LIVE = {"seq", "x", "y", "at"}


def error(layer: Layer, number: int, text: str) -> Error:
    return Error(f"layer {layer.slug}: {text}", id=f"layers.E{number:03d}")


def check_names(layer: Layer) -> Iterator[Error]:
    if not SLUG.match(layer.slug):
        yield error(layer, 1, f"{layer.slug!r} is no slug")
    if layer.app_label != layer.slug:
        yield error(layer, 2, f"its folder and app are named {layer.app_label!r}")
    names = [entry.name for entry in layer.fields]
    if len(names) != len(set(names)):
        yield error(layer, 3, "two fields have one name")


def check_model(layer: Layer) -> Iterator[Error]:
    try:
        apps.get_model(layer.model)
    except (LookupError, ValueError):
        yield error(layer, 4, f"there is no model {layer.model!r}")
    for path in filter(None, [layer.ingest]):
        try:
            import_string(path)
        except ImportError as problem:
            yield error(layer, 5, f"ingest {path!r}: {problem}")


def check_style(layer: Layer) -> Iterator[Error]:
    try:
        style = catalog.style(layer)
    except (OSError, orjson.JSONDecodeError) as problem:
        yield error(layer, 6, f"style.json: {problem}")
        return
    for entry in style.get("layers", []):
        if not str(entry.get("id", "")).startswith(f"{layer.slug}-"):
            yield error(layer, 7, f"style layer {entry.get('id')!r} must begin with it")
        part = entry.get("source-layer", layer.label_layer)
        if "source" in entry or part != layer.label_layer:
            yield error(layer, 8, "style layers name no source: the shell does")
        if "source-layer" in entry and not layer.tile.labels:
            yield error(layer, 18, "label points need TileSpec(labels=True)")
    if not style.get("legend"):
        yield error(layer, 9, "style.json has no legend")
    for entry in style.get("legend", []):
        if entry.get("shape") not in SHAPES:
            yield error(layer, 10, f"legend shape {entry.get('shape')!r} is unknown")


def check_template(layer: Layer) -> Iterator[Error]:
    try:
        get_template(f"{layer.slug}/drawer.html")
    except TemplateDoesNotExist:
        yield error(layer, 11, "there is no drawer.html")


def check_migrations(layer: Layer) -> Iterator[Error]:
    """Search columns and indexes need the functions of core."""
    try:
        first = importlib.import_module(f"layers.{layer.slug}.migrations.0001_initial")
    except ModuleNotFoundError:
        return  # a layer whose migrations are still to be made
    apps_needed = {app for app, _name in first.Migration.dependencies}
    if not apps_needed & {"core", "pghistory"}:  # core runs before pghistory
        yield error(layer, 12, 'its 0001 must depend on ("core", "0001_functions")')


def check_tiles(layer: Layer) -> Iterator[Error]:
    tile = layer.tile
    if not 0 <= tile.minzoom <= tile.maxzoom <= 30:
        yield error(layer, 13, f"zooms {tile.minzoom}-{tile.maxzoom}")
    if tile.kind == "function" and not tile.function:
        yield error(layer, 14, "a function source names its function")
    if tile.kind == "live" and layer.geometry != "point":
        yield error(layer, 15, "only points can be live")


PLAIN: tuple[Callable[[Layer], Iterator[Error]], ...] = (
    check_names,
    check_model,
    check_style,
    check_template,
    check_migrations,
    check_tiles,
)


@register(Tags.compatibility)
def check_layers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every layer is sound; every folder with a layer.py is registered."""
    found: list[CheckMessage] = [
        problem
        for layer in registry.values()
        for check in PLAIN
        for problem in check(layer)
    ]
    missing = {name.split(".")[1] for name in layer_apps()} - set(registry)
    found += [
        Error(f"folder layers/{slug} is not registered", id="layers.E016")
        for slug in sorted(missing)
    ]
    return found


@register(Tags.database)
def check_relations(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The relation has every column that the layer declares (needs the database)."""
    if not kwargs.get("databases"):
        return []
    found: list[CheckMessage] = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = ANY(%s)",
            [[layer.relation for layer in registry.values()]],
        )
        columns: dict[str, set[str]] = {}
        for table, column in cursor.fetchall():
            columns.setdefault(table, set()).add(column)
    for layer in registry.values():
        there = columns.get(layer.relation)
        if there is None:
            continue  # not migrated yet
        wanted = NEEDED | {entry.name for entry in layer.fields}
        wanted |= NEEDED_LIVE if layer.tile.kind == "live" else set()
        wanted |= {"search_text"} if layer.search_fields else set()
        wanted |= set() if layer.scope.kind == "open" else {layer.scope.column}
        absent = sorted(wanted - there)
        if absent:
            text = f"{layer.relation} lacks {', '.join(absent)}"
            found.append(error(layer, 17, text))
    return found
