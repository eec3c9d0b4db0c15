"""Displays: heartbeats in any order, silence, and the alerts that follow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import permutations

import pytest
from django.apps import apps
from django.db import transaction

from layers.core.ingest import deliver
from layers.core.models import Event
from layers.core.spec import by_role, registry
from layers.displays import services
from layers.displays.choices import State
from layers.displays.models import Display

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def record(seconds: float | None = 0, column: int = 1, **more):
    at = None if seconds is None else NOW + timedelta(seconds=seconds)
    return {
        "external_id": f"main/{column}/1",
        "title": f"Main {column}/1",
        "unit_id": None,
        "wall": "main",
        "column": column,
        "row": 1,
        "lon": 105.78,
        "lat": 19.81,
        "at": at,
        **more,
    }


def tell(*records):
    with transaction.atomic():
        return deliver("displays", list(records))


def kinds():
    return list(
        Event.objects.filter(layer="displays")
        .order_by("happened_at", "id")
        .values_list("kind", flat=True)
    )


def test_a_display_that_is_there_and_never_came_is_shown_as_such():
    tell(record(None))
    row = Display.objects.get()
    assert (row.state, row.last_seen) == (State.NEVER, None)
    assert services.sweep(NOW + timedelta(days=9)) == 0
    assert kinds() == []


def test_a_heartbeat_is_kept_with_its_figures():
    applied = tell(record(offset_ms=2.5, fps=59.9, scene="sea", address="10.0.0.7"))
    row = Display.objects.get()
    assert (row.state, row.offset_ms, row.scene) == (State.UP, 2.5, "sea")
    assert applied.observed.values["offset_ms"] == [2.5]
    assert kinds() == ["display.came"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_heartbeats_in_any_order_and_twice_end_alike(order):
    beats = [record(second, fps=second) for second in (0, 10, 20)]
    for index in order:
        tell(beats[index])
    assert tell(*beats).duplicate.all()
    row = Display.objects.get()
    assert (row.fps, row.last_seen) == (20, NOW + timedelta(seconds=20))


def test_many_in_one_delivery_leave_the_newest():
    tell(record(20, fps=3), record(0, fps=1), record(10, fps=2), record(5, 2))
    assert Display.objects.get(column=1).fps == 3
    assert Display.objects.count() == 2


def test_a_silent_display_is_silent_since_forty_seconds_after_its_last_word():
    tell(record(0))
    assert services.sweep(NOW + timedelta(seconds=39)) == 0
    assert services.sweep(NOW + timedelta(seconds=95)) == 1
    assert services.sweep(NOW + timedelta(seconds=99)) == 0
    row = Display.objects.get()
    assert row.state == State.SILENT
    assert row.state_since == NOW + timedelta(seconds=40)
    tell(record(120))
    assert Display.objects.get().state == State.UP
    assert kinds() == ["display.came", "display.silent", "display.returned"]


def test_history_keeps_changes_of_state_and_no_heartbeat():
    for second in range(0, 60, 10):
        tell(record(second, fps=second))
    events = Display.pgh_event_model.objects.all()
    assert events.count() == 2  # there, and running


def test_the_shipped_rule_raises_an_alert_and_its_return_clears_it():
    alerts = by_role("alarms")
    model = apps.get_model(alerts.model)
    demo = import_module(f"{apps.get_app_config(alerts.app_label).name}.demo")
    from fixtures import Demo

    demo.load(Demo())
    tell(record(0))
    services.sweep(NOW + timedelta(seconds=60))
    alert = model.objects.get(layer="displays")
    assert (alert.rule.slug, alert.active) == ("display-silent", True)
    assert alert.feature_title == "Main 1/1"
    tell(record(70))
    alert.refresh_from_db()
    assert not alert.active


def test_displays_that_a_wall_no_longer_has_go():
    tell(record(0), record(0, 2))
    assert services.forget("main", {"main/1/1"}) == 1
    assert [row.column for row in Display.objects.all()] == [1]


def test_only_those_who_look_after_walls_see_the_layer(cast):
    layer = registry["displays"]
    seen = {role for role, user in cast.items() if user.has_perm(layer.permission)}
    assert seen == {"administrator", "operator", "leader"}
