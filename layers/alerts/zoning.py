"""The zones that a rule names, from the layer that holds them, as columns."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely
import xxhash
from django.db import connection
from django.utils import timezone
from psycopg import sql

from layers.core import filters, periods
from layers.core.db import execute
from layers.core.models import LayerVersion
from layers.core.spec import Layer, registry

from .kinds.base import Zones
from .kinds.geometry import FAR_DEG, edges, sides
from .models import Rule

log = logging.getLogger(__name__)

# Seasons are known for these years around the present one: positions are kept for
# 36 months, and a rule may be tried on any of them.
YEARS = range(-4, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneRow:
    """A zone as its layer has it; what the layer has no column for is empty."""

    id: int
    title: str
    wkb: bytes
    valid_from: date | None
    valid_to: date | None
    season_from: str
    season_to: str
    beyond: str
    version: int
    legal_basis: str
    changed: datetime | None


def zones_of(rule: Rule, side: str) -> Zones:
    """The zones of a rule. ``side`` as in RuleKind: "" takes areas alone, else lines
    with a declared side as well.

    Raises LookupError for an unknown layer, FilterError for a bad filter.
    """
    layer = registry[rule.zone_layer]
    rows = _rows(layer, rule, lines=bool(side))
    entries: list[tuple[ZoneRow, periods.Span, Any]] = []
    for row in rows:
        shape = shapely.from_wkb(row.wkb)
        try:
            region = region_of(shape, side, row.beyond)
        except ValueError as error:
            log.error("zone %s of rule %s is left out: %s", row.id, rule.slug, error)
            continue
        entries += [(row, span, (shape, *region)) for span in _spans(row)]
    # what is not among them any longer went with a change of the layer or the rule
    return _columns(entries, max(_changed_at(layer), rule.updated_at.timestamp()))


def _rows(layer: Layer, rule: Rule, *, lines: bool) -> list[ZoneRow]:
    least = 1 if lines else 2
    where: list[sql.Composable] = [sql.SQL("ST_Dimension(geom) >= %s")]
    values: list[Any] = [least]
    if rule.zone_id is not None:
        where.append(sql.SQL("id = %s"))
        values.append(rule.zone_id)
    if rule.zone_filter:
        fragment, bound = filters.to_sql(layer, rule.zone_filter)
        where.append(fragment)
        values += bound
    named = asdict(layer.zone)
    columns = [
        sql.Identifier(name) if name else sql.SQL("NULL") for name in named.values()
    ]
    statement = sql.SQL(
        "SELECT id, title, ST_AsBinary(geom), {} FROM {} WHERE {} ORDER BY id"
    ).format(
        sql.SQL(", ").join(columns),
        sql.Identifier(layer.relation),
        sql.SQL(" AND ").join(where),
    )
    with connection.cursor() as cursor:
        execute(cursor, statement, values)
        return [_row(*found[:3], **dict(zip(named, found[3:], strict=True)))
                for found in cursor.fetchall()]  # fmt: skip


def _row(number: int, title: str, wkb: Any, **more: Any) -> ZoneRow:
    texts = {
        name: more[name] or ""
        for name in ("season_from", "season_to", "beyond", "legal_basis")
    }
    version = more["version"] or 0
    return ZoneRow(
        id=number, title=title, wkb=bytes(wkb), **{**more, **texts, "version": version}
    )


def _spans(row: ZoneRow) -> list[periods.Span]:
    year = timezone.localdate().year
    return periods.spans(
        [year + shift for shift in YEARS],
        row.valid_from,
        row.valid_to,
        row.season_from,
        row.season_to,
    )


def region_of(shape: Any, side: str, beyond: str) -> tuple[Any, Any]:
    """Where something is against the rule, and where the zone says nothing.

    Areas: inside, or for ``outward`` what is around. Lines: the side ``beyond``
    (left or right), or for ``inward`` the other. Raises ValueError for a line that
    has no side declared or cannot have one.
    """
    if shapely.get_dimensions(shape) == 2:
        if side != "outward":
            return shape, None
        west, south, east, north = shapely.bounds(shape)
        far = FAR_DEG / 4
        around = shapely.box(west - far, south - far, east + far, north + far)
        return shapely.difference(around, shape), None
    line = shapely.line_merge(shape)
    if beyond not in ("left", "right"):
        raise ValueError("the line does not say which side is beyond it")
    if line.geom_type != "LineString":
        raise ValueError("the line has several parts")
    other = {"left": "right", "right": "left"}
    return sides(line, beyond if side == "outward" else other[beyond])  # type: ignore[return-value]


def _columns(entries: list[tuple[ZoneRow, periods.Span, Any]], gone_at: float) -> Zones:
    rows = [row for row, _span, _shapes in entries]
    spans = np.array([span for _row, span, _shapes in entries]).reshape(-1, 2)
    shape, area, shadow = (
        _objects([shapes[at] for _row, _span, shapes in entries]) for at in range(3)
    )
    shapely.prepare(area)
    edge = edges(shape)
    shapely.prepare(edge)
    return Zones(
        id=np.array([row.id for row in rows], dtype=np.int64),
        version=np.array(
            [_version(row, start) for row, (start, _end), _s in entries], dtype=np.int64
        ),
        title=[row.title for row in rows],
        area=area,
        starts=spans[:, 0],
        ends=spans[:, 1],
        changed=np.array(
            [row.changed.timestamp() if row.changed else gone_at for row in rows]
        ),
        number=np.array([row.version for row in rows], dtype=np.int64),
        legal_basis=[row.legal_basis for row in rows],
        edge=edge,
        shadow=shadow,
        gone_at=gone_at,
    )


def _objects(values: list[Any]) -> Any:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def _version(row: ZoneRow, start: float) -> int:
    """A name of shape, side and beginning; positive, 63 bits."""
    text = row.wkb + row.beyond.encode() + (f"{start:.0f}".encode())
    return xxhash.xxh64_intdigest(text) >> 1


def _changed_at(layer: Layer) -> float:
    """When the layer was last changed, seconds since 1970 UTC."""
    found = LayerVersion.objects.filter(slug=layer.slug).values_list("changed_at")
    return max((at.timestamp() for (at,) in found), default=np.inf)
