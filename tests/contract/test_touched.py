"""Every layer tells where it changes, whoever writes: a new one gets these tests
for nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from layers.core.spec import Layer, registry
from layers.core.touch_triggers import (
    Reads,
    install,
    own_table,
    plan,
    reads,
    table_of,
)
from layers.core.versions import current

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("province"),
    pytest.mark.xdist_group("province"),
]
TABLE_LAYERS = [layer.slug for layer in registry.values() if layer.tile.kind == "table"]
each_table_layer = pytest.mark.parametrize("slug", TABLE_LAYERS)


def read_by(layer: Layer) -> Reads:
    with connection.cursor() as cursor:
        return reads(cursor, layer.relation)


def rows(statement: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or [])
        return cursor.fetchall()


@each_table_layer
def test_every_table_that_the_relation_reads_tells_its_changes(slug: str) -> None:
    layer = registry[slug]
    read = read_by(layer)
    assert read.tables
    if not layer.touched_by:
        assert not read.opaque, "what these read must be declared: touched_by"
    telling = rows(
        "SELECT DISTINCT target::text FROM ioc_touch_installed"
        " WHERE slug = %s AND enabled",
        [slug],
    )
    late = {table_of(touch) for touch in layer.touched_by if touch.late}
    assert {name for (name,) in telling} >= set(read.tables) - late


@each_table_layer
def test_a_relation_that_reads_the_clock_says_how_long_its_tiles_hold(
    slug: str,
) -> None:
    layer = registry[slug]
    late = any(touch.late for touch in layer.touched_by)
    if read_by(layer).clock or late or layer.recent is not None:
        assert layer.tile.expires_s > 0, "TileSpec(expires_s=…)"
    else:
        assert layer.tile.expires_s == 0, "nothing changes without a row"


def test_installing_again_changes_nothing() -> None:
    assert install() == []


def drawn(layer: Layer, own: str) -> str:
    """An assignment that changes what a row of the table shows."""
    there = {name for (name,) in rows(_COLUMNS, [own])}
    if "title" in there:
        return "title = title || '!'"
    number = next(
        f.name for f in layer.fields if f.type == "number" and f.name in there
    )
    return f"{number} = coalesce({number}, 0) + 1"


_COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_name = %s"


@each_table_layer
def test_a_row_changed_by_plain_sql_tells_its_box_and_advances_the_layer(
    slug: str,
) -> None:
    layer = registry[slug]
    own = own_table(layer, read_by(layer))
    assert own, "features come from a table with id and shape"
    ((row, *box),) = rows(
        f"SELECT id, ST_XMin(shape), ST_YMin(shape), ST_XMax(shape),"
        f" ST_YMax(shape) FROM {own} WHERE id IN (SELECT id FROM {layer.relation})"
        " AND shape IS NOT NULL LIMIT 1"
    )
    before = current(slug)[0]
    with connection.cursor() as cursor:
        # a savepoint of its own, and no word from the product
        cursor.execute("SELECT set_config(ioc_change_key(%s), '', true)", [slug])
        cursor.execute(f"UPDATE {own} SET {drawn(layer, own)} WHERE id = %s", [row])
    assert current(slug)[0] > before, "other processes see it at their next poll"
    told = rows(
        "SELECT whole, west, south, east, north FROM core_touched"
        " WHERE slug = %s AND seq > %s",
        [slug, before],
    )
    assert told
    assert not any(whole for whole, *_rest in told), "it says where"
    assert tuple(box) in {tuple(place) for _whole, *place in told}, row


@each_table_layer
def test_rows_of_every_other_table_touch_less_than_everything(slug: str) -> None:
    """Few tables may change a whole layer with one row; these are named here by
    what they are: lists of kinds, which people edit now and then."""
    with connection.cursor() as cursor:
        whole = {t.target for t in plan(cursor, registry[slug]) if not t.shapes}
        for table in whole:
            cursor.execute(f"SELECT count(*) FROM {table}")
            (count,) = cursor.fetchone()
            assert count < 1_000, f"{table} should say which features it changes"
