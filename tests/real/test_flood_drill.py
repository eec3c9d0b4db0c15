"""A bad hour through the real layers: many alerts of one cause are one thing to do."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import numpy as np
import pytest
from django.db import transaction
from django.utils import timezone

from fixtures import Demo
from layers.alerts import demo, flooding, ruleset
from layers.alerts.desk import load
from layers.alerts.models import Alert
from layers.core.ingest import deliver
from layers.core.models import Event
from layers.core.scope import everything
from layers.stations.ingest.readings import Readings, readings
from layers.stations.tests.helpers import station
from layers.vessels.duties import clock, placing
from layers.vessels.identity import directory
from layers.vessels.models import ReportingDuty
from layers.vessels.tests import test_duties_clock as silence

pytestmark = pytest.mark.django_db

RIVERS = ("Ma", "Chu", "Yen", "Buoi", "Bang")


@pytest.fixture(autouse=True)
def _rules(db: None) -> None:
    ruleset.forget()
    demo.load(Demo())


def listed() -> int:
    return Alert.objects.filter(root=None, suppressed=False, closed_at=None).count()


def test_seven_hundred_boats_of_a_provider_that_fails_are_one_alert():
    directory.forget()
    placing._told_by.clear()
    ReportingDuty.objects.get_or_create(
        code="vms", defaults={"title": "VMS", "length_from_m": 15}
    )
    silence.fleet(700)
    began = silence.START + 2 * silence.HOUR
    phase = [timedelta(seconds=n * 7_200 / 700) for n in range(700)]
    silence.report(list(range(700)), [silence.START + late for late in phase])
    for quarter in range(1, 25):
        clock.tick(began + quarter * 15 * silence.MINUTE)
    root = Alert.objects.get(closed_at=None, root=None)
    assert root.rule.slug == "vms-provider-outage"
    assert root.feature_id is None
    assert not Alert.objects.filter(rule__slug__startswith="vms-silent").exists()
    assert load.now(everything()).alerts == 1
    assert flooding.watch() == 0


def test_fifty_gauges_of_a_flood_stand_under_their_rivers():
    stations = [
        station("river", f"R{n}", river=RIVERS[n % 5], levels=(4.0, 5.0, 6.5))
        for n in range(50)
    ]
    now = timezone.now().timestamp()
    for level, age in ((3.0, 7_200.0), (5.5, 300.0)):  # no jump: it would be doubted
        with transaction.atomic():
            deliver("stations", _levels([row.pk for row in stations], now - age, level))
    members = Alert.objects.exclude(root=None)
    assert members.count() == 50
    below = Counter(members.values_list("root__feature_title", flat=True))
    assert below == dict.fromkeys(RIVERS, 10)
    assert listed() == 5
    assert load.now(everything()).alerts == 5
    # five calls are no flood, and nothing more rings when the river stays high
    assert flooding.watch(timezone.now() + timedelta(minutes=1)) == 0
    assert not Event.objects.filter(kind="flood.began").exists()


def _levels(ids: list[int], at: float, level: float) -> Readings:
    n = len(ids)
    return readings(
        ids, ["Level"] * n, ["m"] * n, [at] * n, np.full(n, level).tolist(),
        [0] * n, [at + 20.0] * n,
    )  # fmt: skip


def test_many_independent_alerts_are_a_flood_until_they_stop():
    stations = [
        station("river", f"R{n}", river="", levels=(4.0, 5.0, 6.5)) for n in range(12)
    ]
    now = timezone.now().timestamp()
    for row in stations:  # one by one: no batch has enough of them for a root
        with transaction.atomic():
            deliver("stations", _levels([row.pk], now - 300.0, 5.5))
    assert listed() == 12
    assert load.now(everything()).alerts == 12
    flooding.watch(timezone.now() + timedelta(minutes=2))
    assert Event.objects.get(kind="flood.began").new["per_operator"] == 12
    flooding.watch(timezone.now() + timedelta(minutes=20))
    assert Event.objects.filter(kind="flood.ended").count() == 1
