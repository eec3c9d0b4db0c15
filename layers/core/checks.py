"""System checks of every layer, ids ``layers.E001`` and on."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import orjson
from django.apps import apps
from django.core.checks import Error, Tags, register
from django.core.checks.messages import CheckMessage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.module_loading import import_string

from . import bands, catalog, filters
from .apps import layer_apps
from .mercator import EXTENT
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
        columns = {f.name for f in apps.get_model(layer.model)._meta.get_fields()}
    except (LookupError, ValueError):
        yield error(layer, 4, f"there is no model {layer.model!r}")
    else:
        if layer.scope.over and layer.scope.over not in columns:
            text = f"its model has no column {layer.scope.over!r} to tell what is over"
            yield error(layer, 32, text)
    for path in filter(None, [layer.ingest, layer.spellings]):
        try:
            import_string(path)
        except ImportError as problem:
            yield error(layer, 5, f"{path!r}: {problem}")


def check_style(layer: Layer) -> Iterator[Error]:
    try:
        style = catalog.style(layer)
    except (OSError, orjson.JSONDecodeError) as problem:
        yield error(layer, 6, f"style.json: {problem}")
        return
    for entry in style.get("layers", []):
        if not str(entry.get("id", "")).startswith(f"{layer.slug}-"):
            yield error(layer, 7, f"style layer {entry.get('id')!r} must begin with it")
        if "source" in entry:
            yield error(layer, 8, "style layers name no source: the shell does")
        part = entry.get("source-layer", layer.slug)
        if part not in layer.vector_layers:
            there = ", ".join(layer.vector_layers)
            text = f"its tiles have no vector layer {part!r}; there are {there}"
            yield error(layer, 18, text)
    if not style.get("legend"):
        yield error(layer, 9, "style.json has no legend")
    for entry in style.get("legend", []):
        if entry.get("shape") not in SHAPES:
            yield error(layer, 10, f"legend shape {entry.get('shape')!r} is unknown")


def check_template(layer: Layer) -> Iterator[Error]:
    if not layer.drawer_role:
        try:
            get_template(f"{layer.slug}/drawer.html")
        except TemplateDoesNotExist:
            yield error(layer, 11, "there is no drawer.html")


def check_migrations(layer: Layer) -> Iterator[Error]:
    """Search columns and indexes need the functions of core."""
    try:
        folder = importlib.import_module(f"layers.{layer.slug}.migrations")
    except ModuleNotFoundError:
        return  # a layer whose migrations are still to be made
    names = [found.name for found in pkgutil.iter_modules(folder.__path__)]
    (name,) = [name for name in names if name.startswith("0001_")]
    first = importlib.import_module(f"{folder.__name__}.{name}")
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
    if bands.columns(tile) and (tile.kind != "table" or layer.geometry == "point"):
        yield error(layer, 25, "bands and labels are for lines and areas of a table")
    if list(tile.bands) != sorted({z for z in tile.bands if 0 <= z <= 16}):
        yield error(layer, 26, "bands are zooms from 0 to 16, each once, ascending")
    if tile.expires_s < 0 or tile.overview_s < 0:
        yield error(layer, 27, "expires_s and overview_s are seconds")
    ages = layer.recent is not None or any(touch.late for touch in layer.touched_by)
    if ages and tile.kind == "table" and not tile.expires_s:
        yield error(layer, 30, "recent rows and late tables need expires_s")
    if layer.recent is not None and layer.time_field not in layer.columns:
        yield error(layer, 31, "recent rows are told by time_field")


def check_touches(layer: Layer) -> Iterator[Error]:
    for touch in layer.touched_by:
        if bool(touch.table) == bool(touch.role):
            yield error(layer, 28, f"{touch} names a table or a role")
        if touch.shape and touch.column:
            yield error(layer, 29, f"{touch} names a shape or a column")


def check_grid(layer: Layer) -> Iterator[Error]:
    grid = layer.tile.grid
    if grid is None:
        return
    if layer.geometry != "point" or layer.tile.kind == "function":
        yield error(layer, 19, "a grid counts points of a table or of live rows")
    if not 1 <= grid.cells <= 256 or EXTENT % grid.cells or grid.threshold < 0:
        yield error(layer, 20, "cells must divide 4096 and be 256 at most")
    named = [name for name in (grid.worst, grid.dominant) if name]
    known = {entry.name for entry in layer.tile_fields}
    if set(named) - known or len(named) != len(set(named)):
        yield error(layer, 21, "worst and dominant are two fields with tile=True")
    if bool(grid.worst) != bool(grid.ranks):
        yield error(layer, 22, "worst needs ranks, the values from least to worst")


def check_tail(layer: Layer) -> Iterator[Error]:
    tail = layer.tile.tail
    if tail is None:
        return
    if layer.tile.kind != "live":
        yield error(layer, 23, "only live layers have tails")
    if not 2 <= tail.points <= 200 or not 0 < tail.gap_minutes <= tail.minutes <= 1440:
        yield error(layer, 24, "a tail has 2-200 points in at most a day")


def check_assets(layer: Layer) -> Iterator[Error]:
    """What is counted and found for everyone must be readable by everyone."""
    spec = layer.assets
    fields = [spec.state, *spec.sums]
    for force in spec.forces:
        fields += [force.speed, force.reach]
        try:
            filters.to_sql(layer, force.filter or "true")
        except filters.FilterError as problem:
            yield error(layer, 33, f"force {force.slug!r}: {problem}")
        if force.fresh and layer.freshness is None:
            yield error(layer, 33, f"force {force.slug!r}: the layer never grows stale")
    open_fields = {entry.name for entry in layer.fields if not entry.mask}
    if absent := sorted(set(fields) - open_fields - {""}):
        yield error(layer, 34, f"assets: no unmasked fields {', '.join(absent)}")


PLAIN: tuple[Callable[[Layer], Iterator[Error]], ...] = (
    check_names,
    check_model,
    check_style,
    check_template,
    check_migrations,
    check_tiles,
    check_touches,
    check_grid,
    check_tail,
    check_assets,
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
    waiting = _waiting()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = ANY(%s)",
            [_relations()],
        )
        columns: dict[str, set[str]] = {}
        for table, column in cursor.fetchall():
            columns.setdefault(table, set()).add(column)
    for layer in registry.values():
        there = columns.get(layer.relation)
        if there is None or layer.app_label in waiting:
            continue  # not migrated yet
        wanted = NEEDED | {entry.name for entry in layer.fields}
        wanted |= NEEDED_LIVE if layer.tile.kind == "live" else set()
        wanted |= set(bands.columns(layer.tile))
        wanted |= {"search_text"} if layer.search_fields else set()
        wanted |= set() if layer.scope.kind == "open" else {layer.scope.column}
        wanted |= {name for name in asdict(layer.zone).values() if name}
        found += _lacking(layer, layer.relation, wanted - there)
        tail = layer.tile.tail
        if tail is not None and tail.relation in columns:
            lacking = {"id", "at", "x", "y"} - columns[tail.relation]
            found += _lacking(layer, tail.relation, lacking)
    return found


def _waiting() -> set[str]:
    """Apps that have migrations to apply: ``migrate`` runs these checks first."""
    loader = MigrationLoader(connection)
    return {
        app for app, _name in set(loader.graph.nodes) - set(loader.applied_migrations)
    }


def _relations() -> list[str]:
    """Names of all tables and views that layers are read from."""
    tails = (layer.tile.tail for layer in registry.values())
    return [
        *(layer.relation for layer in registry.values()),
        *(tail.relation for tail in tails if tail is not None),
    ]


def _lacking(layer: Layer, relation: str, absent: set[str]) -> list[Error]:
    if not absent:
        return []
    return [error(layer, 17, f"{relation} lacks {', '.join(sorted(absent))}")]
