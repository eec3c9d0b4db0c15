"""Alarms take their pane by themselves, and give it back."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from gis_ioc.wall import alarms, services
from gis_ioc.wall.acts import ACTS
from gis_ioc.wall.models import Wall, WallAct
from gis_ioc.wall.takes import MOST_ALARMS
from layers.core import changes, events
from layers.core.spec import by_role

pytestmark = pytest.mark.django_db


class Alarms:
    """Rows of whichever layer holds alarms, changed as its services change them."""

    def __init__(self, capture) -> None:
        self.capture = capture
        self.model = apps.get_model(by_role("alarms").model)
        rules = self.model._meta.get_field("rule").related_model
        self.rule = rules.objects.create(
            slug="trial", title="Trial", kind="silence", layer="x", severity="critical"
        )
        self.count = 0

    def raised(self, severity="critical", tell=True):
        self.count += 1
        now = timezone.now()
        row = self.model(
            source="test",
            external_id=str(self.count),
            title=f"Alarm {self.count}",
            rule=self.rule,
            layer="x",
            feature_id=self.count,
            severity=severity,
            raised_at=now,
            last_at=now,
        )
        row.save()
        if tell:
            self.tell(row, "raised")
        return row

    def change(self, row, **values):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        self.tell(row, "changed")

    def tell(self, row, kind):
        happening = events.Happening(
            key=f"{kind}:{row.pk}:{timezone.now().isoformat()}",
            kind=f"alert.{kind}",
            layer=by_role("alarms").slug,
            feature_id=row.pk,
        )
        with self.capture(execute=True), transaction.atomic():
            events.record([happening])


@pytest.fixture
def alarm_rows(db, django_capture_on_commit_callbacks):
    return Alarms(django_capture_on_commit_callbacks)


@pytest.fixture
def wall(db):
    Wall.objects.all().delete()
    return Wall.objects.create(slug="room", title="Room", alarm_shown_s=30)


def running(wall):
    _row, state = services.current(wall)
    return [e for e in state.interrupts if e.kind == "alarm" and e.ends is None]


def test_a_critical_alarm_takes_its_pane_at_once_from_time_to_time(wall, alarm_rows):
    row = alarm_rows.raised()
    (shown,) = running(wall)
    assert (shown.alert, shown.shown_s, shown.every_s) == (row.pk, 30, 180)
    assert WallAct.objects.get(wall=wall).actor is None


def test_lesser_alarms_take_nothing(wall, alarm_rows):
    for severity in ("high", "medium", "low"):
        alarm_rows.raised(severity)
    assert running(wall) == []


@pytest.mark.parametrize(
    "values",
    [
        {"acked_at": timezone.now()},
        {"closed_at": timezone.now()},
        {"shelved_until": timezone.now()},
        {"suppressed": True},
    ],
)
def test_it_gives_the_pane_back_when_somebody_has_dealt_with_it(
    wall, alarm_rows, values
):
    row = alarm_rows.raised()
    alarm_rows.change(row, **values)
    assert running(wall) == []


def test_an_alarm_that_went_away_unacknowledged_stays(wall, alarm_rows):
    row = alarm_rows.raised()
    alarm_rows.change(row, active=False, cleared_at=timezone.now())
    assert len(running(wall)) == 1


def test_told_twice_or_swept_again_nothing_more_happens(wall, alarm_rows):
    row = alarm_rows.raised()
    alarm_rows.tell(row, "raised")
    assert alarms.sweep() == 0
    assert WallAct.objects.filter(wall=wall).count() == 1


def test_the_sweep_catches_what_nobody_was_told(wall, alarm_rows):
    row = alarm_rows.raised(tell=False)
    assert running(wall) == []
    assert alarms.sweep() == 1
    row.acked_at = timezone.now()
    row.save()
    assert alarms.sweep() == 1
    assert running(wall) == []


def test_alarms_that_come_together_are_shown_one_after_the_other(wall, alarm_rows):
    for _number in range(3):
        alarm_rows.raised(tell=False)
    alarms.sweep()
    begins = sorted(entry.begins for entry in running(wall))
    assert begins[1] - begins[0] == pytest.approx(30_000, abs=5_000)
    assert begins[2] - begins[1] == pytest.approx(30_000, abs=5_000)


def test_a_flood_takes_no_more_than_the_newest(wall, alarm_rows):
    for _number in range(MOST_ALARMS + 5):
        last = alarm_rows.raised(tell=False)
    alarms.sweep()
    shown = {entry.alert for entry in running(wall)}
    assert len(shown) == MOST_ALARMS
    assert last.pk in shown
    assert alarms.sweep() == 0


def test_a_dismissed_alarm_comes_again_only_when_it_is_raised_again(
    wall, alarm_rows, cast
):
    row = alarm_rows.raised()
    dismiss = ACTS.validate_python({"act": "dismiss"})
    services.apply(wall, dismiss, cast["operator"])
    assert alarms.sweep() == 0
    alarm_rows.change(row, repeats=1)
    assert len(running(wall)) == 1


def test_a_wall_whose_spotlight_is_off_shows_none_until_it_is_on(
    wall, alarm_rows, cast
):
    alarm_rows.raised()
    for on, left in ((False, 0), (True, 1)):
        act = ACTS.validate_python({"act": "spotlight", "on": on})
        services.apply(wall, act, cast["operator"])
        alarms.sweep()
        assert len(running(wall)) == left


def test_every_wall_shows_it_also_while_redis_is_away(
    wall, alarm_rows, monkeypatch, settings
):
    other = Wall.objects.create(slug="other", title="Other")
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    changes.client.cache_clear()
    try:
        alarm_rows.raised()
    finally:
        changes.client.cache_clear()
    assert len(running(wall)) == len(running(other)) == 1
