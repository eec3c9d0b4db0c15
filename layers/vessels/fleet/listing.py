"""One page of the fleet list, by keyset: page 500 costs what page 1 costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import formats
from django.utils.translation import gettext as _
from psycopg import sql

from layers.core import params
from layers.core.db import execute
from layers.core.queries import FeatureQuery, names
from layers.core.scope import Grant, condition
from layers.core.search import MIN_LENGTH, search
from layers.core.spec import Layer, by_role
from layers.vessels.layer import BANDS, CLASSES, STEPS

from .asked import Asked

ROWS = (Path(__file__).parent / "sql" / "rows.sql").read_text()
PAGE = 50
MOST_FOUND = 2_000
COLUMNS = (
    "vessel_class", "registration", "mmsi", "length_m", "gear", "home_port", "phone",
    "owner_phone", "licence_expires", "inspection_expires", "missing_since", "at",
    "at_sea", "port", "band", "beyond", "ladder_step", "ladder_since", "next_due_at",
    "vms_at", "vms_provider", "registered", "speed_kn",
)  # fmt: skip
CLASS_TITLES, STEP_TITLES, BAND_TITLES = dict(CLASSES), dict(STEPS), dict(BANDS)
TEXT, NUMBER = "text", "double precision"
FIRST, LAST = "-infinity", "infinity"
# The gravest first, within a step who has waited longest, then who is due next.
URGENCY = (
    "(CASE ladder_step WHEN 'silent_10d' THEN 6 WHEN 'overdue' THEN 5"
    " WHEN 'silent_6h' THEN 4 WHEN 'broken_silent' THEN 3 WHEN 'missed' THEN 2"
    " WHEN 'broken' THEN 1 ELSE 0 END + CASE WHEN beyond THEN 2 ELSE 0 END) * 1e11"
    " - extract(epoch FROM coalesce(CASE WHEN ladder_step <> '' THEN ladder_since END,"
    " next_due_at, '2999-01-01'))"
)
# name -> (expression, type, whether the greatest comes first)
SORTS: dict[str, tuple[str, str, bool]] = {
    "urgency": (URGENCY, NUMBER, True),
    "name": ("ioc_fold(title)", TEXT, False),
    "length": ("length_m", NUMBER, True),
    "port": ("ioc_fold(home_port)", TEXT, False),
    "provider": ("coalesce(vms_provider, '')", TEXT, False),
    "heard": ("extract(epoch FROM vms_at)", NUMBER, True),
    "seen": ("extract(epoch FROM at)", NUMBER, True),
    "due": ("extract(epoch FROM next_due_at)", NUMBER, False),
    "licence": ("extract(epoch FROM licence_expires)", NUMBER, False),
}
MATCH = "match"


@dataclass(frozen=True, slots=True)
class Order:
    """``sort`` is one of SORTS, or MATCH where a text is searched; ``after`` is
    the last row of the page before."""

    sort: str
    down: bool
    after: tuple[str, int] | None = None

    @classmethod
    def read(cls, given: Mapping[str, str], asked: Asked) -> Order:
        """The parameters ``sort``, ``dir`` and ``after``; nonsense is left out."""
        sort = given.get("sort", "")
        if sort not in SORTS:
            sort = MATCH if len(asked.q) >= MIN_LENGTH else "urgency"
        natural = SORTS[sort][2] if sort in SORTS else False
        wanted = given.get("dir", "")
        down = wanted == "desc" if wanted in ("asc", "desc") else natural
        return cls(sort, down, _cursor(given.get("after", ""), sort))


@dataclass(frozen=True, slots=True)
class Page:
    """``rows`` with the keys "id", "title", "has_place" and the fields that may be
    read. ``after``: what asks for the next page, "" on the last one. ``total``: how
    many vessels all pages hold."""

    rows: list[dict[str, Any]]
    total: int
    after: str


def _cursor(text: str, sort: str) -> tuple[str, int] | None:
    number, _, key = text.partition("~")
    if not number.isdecimal() or len(number) > 18:
        return None
    if sort == MATCH or SORTS[sort][1] == NUMBER:
        try:
            float(key)
        except ValueError:
            return None
    return key.replace("\x00", ""), int(number)


def found(asked: Asked, grant: Grant) -> list[int] | None:
    """Vessels whose names resemble the text, best first; None: no text was given."""
    if len(asked.q) < MIN_LENGTH:
        return None
    slug = by_role("vessels").slug
    return [hit.id for hit in search(asked.q, grant, limit=MOST_FOUND, only=[slug])]


def query(asked: Asked, grant: Grant, today: date, ids: list[int]) -> FeatureQuery:
    """What an export of the same rows reads; ``ids``: only those chosen by hand."""
    hits = found(asked, grant)
    made = asked.query(today, limit=1_000_000)
    if ids:
        return replace(made, ids=tuple(ids))
    return made if hits is None else replace(made, ids=tuple(hits))


def page(asked: Asked, order: Order, grant: Grant, today: date) -> Page:
    """PAGE rows of what is asked for, in the caller's scope."""
    layer = by_role("vessels")
    columns = names(layer, grant, COLUMNS)
    ids = found(asked, grant)
    where, values = _where(layer, asked, ids, grant, today)
    key, bound = _key(order, ids)
    statement = sql.SQL(ROWS).format(
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        key=key,
        type=sql.SQL(TEXT if _is_text(order) else NUMBER),
        relation=sql.Identifier(layer.relation),
        where=where,
        side=sql.SQL("<" if order.down else ">"),
        direction=sql.SQL("DESC" if order.down else "ASC"),
    )
    last, last_id = order.after or (None, None)
    after = [last is None, last, last_id]
    with connection.cursor() as cursor:
        execute(cursor, statement, [*bound, *values, *after, PAGE + 1])
        heads = [column.name for column in cursor.description]
        rows = [_readable(dict(zip(heads, r, strict=True))) for r in cursor.fetchall()]
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    ahead = f"{rows[-1]['id']}~{rows[-1]['key']}" if more else ""
    return Page(rows, _total(layer, where, values), ahead)


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    """With the words for what is stored as codes."""
    expires = row["licence_expires"]
    return row | {
        "kind": CLASS_TITLES.get(row["vessel_class"], ""),
        "step_title": STEP_TITLES.get(row["ladder_step"], ""),
        "band_title": BAND_TITLES.get(row["band"] or "", ""),
        "beyond_title": _("Beyond the line"),
        "licence_text": formats.date_format(expires, "d/m/Y") if expires else "",
    }


def _is_text(order: Order) -> bool:
    return order.sort != MATCH and SORTS[order.sort][1] == TEXT


def _key(order: Order, ids: list[int] | None) -> tuple[sql.Composable, list[Any]]:
    """What is sorted by; rows that have no value come last both ways."""
    if order.sort == MATCH:
        return sql.SQL("array_position(%s::bigint[], id)::double precision"), [ids]
    expression, kind, _down = SORTS[order.sort]
    if kind == TEXT:
        return sql.SQL(expression), []
    none = FIRST if order.down else LAST
    made = f"coalesce(({expression})::double precision, '{none}'::double precision)"
    return sql.SQL(made), []


def _where(
    layer: Layer, asked: Asked, ids: list[int] | None, grant: Grant, today: date
) -> tuple[sql.Composable, list[Any]]:
    scope, values = condition(layer, grant)
    wanted = asked.query(today).wanted
    fragment, bound = params.condition(layer, wanted, grant.masks)
    parts, everything = [scope, fragment], [*values, *bound]
    if ids is not None:
        parts.append(sql.SQL("id = ANY(%s)"))
        everything.append(ids)
    return sql.SQL(" AND ").join(parts), everything


def _total(layer: Layer, where: sql.Composable, values: list[Any]) -> int:
    statement = sql.SQL("SELECT count(*) FROM {} WHERE {}").format(
        sql.Identifier(layer.relation), where
    )
    with connection.cursor() as cursor:
        execute(cursor, statement, values)
        (number,) = cursor.fetchone()
    return int(number)
