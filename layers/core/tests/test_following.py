"""Rows of any layer go on with the units that follow theirs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.gis.geos import Point
from django.db import connection

from layers.core import checks, units
from layers.core.spec import ScopeSpec, by_role, registry
from layers.core.tests import switching
from layers.core.tests.switching import DAY
from layers.core.units import followers
from layers.core.versions import current

STATIONS = "stations"  # the role, whichever layer plays it


@pytest.fixture
def places(db) -> dict[str, Any]:
    found = switching.province()
    switching.descend(found)
    return found


def follow() -> int:
    heirs: dict[int, list[units.Descent]] = {}
    for line in units.lineage():
        heirs.setdefault(line.old_id, []).append(line)
    return followers["rows"].run(DAY, heirs)


def station(unit: Any, code: str, **values: Any) -> Any:
    return apps.get_model(by_role(STATIONS).model).objects.create(
        source="test",
        external_id=code,
        code=code,
        title=code,
        unit_id=unit.pk,
        **values,
    )


def test_rows_that_are_over_stay_with_the_unit_of_their_time(places):
    layer = by_role(STATIONS)
    running = station(places["east"], "running")
    # any column that may be empty will do to tell what is over
    table = apps.get_model(layer.model)._meta.db_table
    ended = station(places["east"], "ended", geom=Point(105.25, 19.85, srid=4326))
    with registry.override(replace(layer, scope=ScopeSpec(over="geom"))):
        assert follow() == 1
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT code, unit_id FROM {table} ORDER BY code")
        assert dict(cursor.fetchall()) == {
            "ended": places["east"].pk,
            "running": places["two"].pk,
        }
    assert running.pk != ended.pk


def test_maps_are_told_only_where_something_moved(places):
    layer = by_role(STATIONS)
    before = {slug: current(slug) for slug in registry}
    station(places["west"], "a")
    before[layer.slug] = current(layer.slug)
    follow()
    changed = {slug for slug in registry if current(slug) != before[slug]}
    assert changed == {layer.slug}
    again = current(layer.slug)
    assert follow() == 0
    assert current(layer.slug) == again


def test_what_a_table_says_of_its_past_is_kept(places):
    layer = by_role(STATIONS)
    kept = station(places["west"], "a")
    follow()
    events = apps.get_model(layer.app_label, f"{layer.model.split('.')[1]}Event")
    told = events.objects.filter(pgh_obj_id=kept.pk).order_by("pgh_id")
    assert [event.unit_id for event in told] == [places["west"].pk, places["one"].pk]


def test_a_layer_that_tells_the_past_by_no_column_of_its_own_is_an_error():
    layer = replace(by_role(STATIONS), scope=ScopeSpec(over="nothing"))
    assert "layers.E032" in {problem.id for problem in checks.check_model(layer)}
