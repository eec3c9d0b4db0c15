"""From alerts to directives: all steps, all addressees, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import connection
from django.utils import timezone

from layers.alerts.models import Alert
from layers.alerts.tests import trial
from layers.core.models import Event
from layers.directives import dispatch
from layers.directives.models import Directive, Playbook

EAST, WEST = (106.1, 19.05), (105.9, 19.05)
STEP = {
    "title": "Step",
    "text": "$unit: $feature",
    "needed_by_min": 60,
    "deadline_min": 120,
}


def playbook(slug="many", **values) -> Playbook:
    found = Playbook(slug=slug, title="Many", **values)
    found.full_clean()
    found.save()
    return found


def raise_alert(world, **values) -> Alert:
    rule = values.pop("rule", None) or trial.rule(playbook="many")
    return Alert.objects.create(
        **{
            "source": "trial",
            "external_id": f"a{Alert.objects.count()}",
            "rule": rule,
            "title": "Alert",
            "layer": trial.BOATS,
            "feature_id": 1,
            "feature_title": "TH-1",
            "severity": "high",
            "playbook": rule.playbook,
            "raised_at": timezone.now(),
            "last_at": timezone.now(),
            "geom": Point(*EAST, srid=4326),
            "unit_id": world["west"],
            **values,
        }
    )


def test_every_step_becomes_the_tasks_of_its_addressees(world):
    playbook(
        steps=[
            {**STEP, "to": "units_inside", "title": "All of $feature"},
            {**STEP, "to": "unit_of_feature", "after": 1, "working": True},
            {**STEP, "to": {"kind": "role", "agency": "Guard"}, "evidence": "photo"},
        ],
        area_km=30,
        ladder=[{"at": "+24h", "to": "leader"}, {"at": "75%", "to": "unit"}],
    )
    directive = dispatch.from_alert(raise_alert(world))
    tasks = list(directive.tasks.order_by("step", "pk"))
    assert [(t.step, t.after_step, t.unit_id, t.body) for t in tasks[:3]] == [
        (1, 0, world["east"], "Commune east: TH-1"),
        (1, 0, world["west"], "Commune west: TH-1"),
        (2, 1, world["west"], "Commune west: TH-1"),
    ]
    assert tasks[3].unit_id == world["province"]
    assert tasks[3].body.startswith("Guard: TH-1")
    assert [t.needs_evidence for t in tasks] == [False, False, False, True]
    assert [t.working for t in tasks] == [False, False, True, False]
    assert tasks[0].title == "All of TH-1"
    assert [rung["at"] for rung in directive.ladder] == ["75%", "+24h"]
    # the area is the circle around the place
    area = shapely.from_wkb(bytes(directive.geom.wkb))
    assert area.contains(shapely.Point(EAST))
    assert area.bounds[2] - area.bounds[0] == pytest.approx(60 / 105.2, rel=0.02)


def test_an_alert_makes_one_directive_however_often_it_is_asked(world):
    playbook(steps=[STEP])
    alert = raise_alert(world)
    assert dispatch.from_alert(alert) == dispatch.from_alert(alert)
    assert dispatch.sweep() == 0
    assert Directive.objects.count() == 1


def test_the_version_in_force_is_named_whatever_is_written_later(world):
    playbook(steps=[STEP])
    alert = raise_alert(world)
    playbook(steps=[STEP, STEP], version=2, enabled=False)
    directive = dispatch.from_alert(alert)
    assert (directive.playbook_version, directive.tasks.count()) == (1, 1)


def test_a_playbook_may_name_the_rules_that_start_it(world):
    rule = trial.rule(slug="other")
    playbook(steps=[STEP], triggers=["other"])
    alert = raise_alert(world, rule=rule)
    assert dispatch.sweep() == 1
    assert Directive.objects.get().alert_id == alert.pk


def test_a_step_that_reaches_nobody_is_in_the_text_and_the_log_once(world):
    playbook(steps=[STEP, {**STEP, "title": "Owner", "to": "unit_of_feature"}])
    alert = raise_alert(world, unit_id=None)
    directive = dispatch.from_alert(alert)
    dispatch.from_alert(alert)
    assert "Owner" in directive.body
    told = Event.objects.filter(kind="directive.unaddressed", feature_id=directive.pk)
    assert [event.new["step"] for event in told] == [2]


def test_an_alert_that_reaches_nobody_at_all_makes_no_directive(world):
    playbook(steps=[{**STEP, "to": "unit_of_feature"}])
    assert dispatch.from_alert(raise_alert(world, unit_id=None)) is None
    assert not Directive.objects.exists()


def test_a_group_is_one_directive_that_names_its_members(world):
    playbook(
        steps=[{**STEP, "to": "units_inside", "text": "$count: $feature"}], area_km=2
    )
    rule = trial.rule(playbook="many")
    root = raise_alert(
        world, rule=rule, feature_id=None, feature_title="", geom=None, group_key="g"
    )
    for number, place in enumerate((EAST, WEST), 1):
        raise_alert(
            world,
            rule=rule,
            feature_id=number,
            feature_title=f"TH-{number}",
            root=root,
            geom=Point(*place, srid=4326),
        )
    assert dispatch.sweep() == 1
    directive = Directive.objects.get()
    assert {task.unit_id for task in directive.tasks.all()} == {
        world["east"],
        world["west"],
    }
    assert {task.body for task in directive.tasks.all()} == {"2: TH-1, TH-2"}


def test_an_alert_about_an_area_takes_the_area(world):
    trial.draw(7, (105.95, 18.9, 106.05, 19.1))
    playbook(steps=[{**STEP, "to": "units_inside"}])
    alert = raise_alert(
        world, layer=trial.AREAS, feature_id=7, geom=Point(106.0, 19.0, srid=4326)
    )
    directive = dispatch.from_alert(alert)
    assert len(directive.tasks.all()) == 2
    box = GEOSGeometry(shapely.box(105.95, 18.9, 106.05, 19.1).wkt, srid=4326)
    assert directive.geom.equals(box)


def test_value_and_limit_are_those_that_the_rule_looks_at(world):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO trial_boats (id, title, level, geom)"
            " VALUES (1, 'TH-1', 7.5, ST_Point(106.1, 19, 4326))"
        )
    rule = trial.rule(
        kind="threshold",
        params={"field": "level", "limit": 5},
        zone_layer="",
        zone_filter="",
    )
    alert = raise_alert(world, rule=rule)
    assert dispatch.measured(alert) == (7.5, 5.0)
    alert.evidence = {"value": 9, "limit": 6}
    assert dispatch.measured(alert) == (9.0, 6.0)


def test_news_of_yesterday_waits_for_a_person(world):
    playbook(steps=[STEP])
    alert = raise_alert(world, raised_at=timezone.now() - timedelta(days=2))
    assert dispatch.start(alert) is None
    assert dispatch.from_alert(alert) is not None
