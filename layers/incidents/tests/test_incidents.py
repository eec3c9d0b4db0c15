"""Incidents: the register, its steps, its past, and who sees what."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import translation

from layers.core import export, search
from layers.core.ingest import deliver
from layers.core.models import Event, LayerVersion
from layers.core.queries import FeatureQuery, features
from layers.core.scope import Grant, everything
from layers.core.spec import registry
from layers.incidents import demo as incidents_demo
from layers.incidents import queries, services
from layers.incidents.choices import TRANSITIONS, Status, may_become
from layers.incidents.models import Incident, IncidentLink
from layers.incidents.services import NewIncident, Step

START = datetime(2026, 11, 20, 8, tzinfo=UTC)
LAYER = "incidents"


def hours(number: float) -> datetime:
    return START + timedelta(hours=number)


def told(name="I-1", **values) -> NewIncident:
    given = {
        "source": "test",
        "external_id": name,
        "title": "Fire at the market",
        "kind": "fire",
        "severity": "serious",
        "started_at": START,
        "lon": 105.78,
        "lat": 19.81,
        "dead": 1,
        "injured": 2,
        **values,
    }
    return NewIncident(**given)


def enter(*records: NewIncident):
    with transaction.atomic():
        return deliver(LAYER, list(records))


def closed(name="I-1", **values) -> NewIncident:
    steps = (
        Step(Status.VERIFIED, hours(1)),
        Step(Status.HANDLING, hours(2)),
        Step(Status.CLOSED, hours(5)),
    )
    return told(name, steps=steps, **values)


def test_an_incident_told_twice_is_one(province):
    assert enter(told(), told()).duplicate.tolist() == [False, True]
    assert enter(told()).duplicate.tolist() == [True]
    assert Incident.objects.count() == 1
    assert Event.objects.filter(kind="incident.reported").count() == 1


def test_the_unit_is_the_one_that_holds_the_place(commune):
    unit_id, lon, lat = commune(5)
    enter(told(lon=lon, lat=lat))
    assert Incident.objects.get().unit_id == unit_id


def test_at_sea_the_nearest_commune_answers(province):
    enter(told(lon=106.6, lat=19.6))
    assert Incident.objects.get().unit_id is not None


def test_fresh_incidents_are_handed_to_the_rules(province):
    applied = enter(told(), told("I-2", dead=3))
    assert len(applied.observed) == 2
    assert applied.observed.values["dead"].tolist() == [1.0, 3.0]
    assert len(enter(told()).observed) == 0


def test_steps_follow_one_another_and_are_events(province):
    enter(told())
    incident = Incident.objects.get()
    for number, status in enumerate(("verified", "handling", "closed"), 1):
        services.advance(incident.pk, status, at=hours(number), note=status)
    incident.refresh_from_db()
    assert incident.status == Status.CLOSED
    assert incident.ended_at == hours(3)
    assert [step.status for step in incident.steps.all()] == [
        "reported",
        "verified",
        "handling",
        "closed",
    ]
    assert Event.objects.filter(feature_id=incident.pk).count() == 4


def test_a_step_that_does_not_follow_is_refused_and_changes_nothing(province):
    enter(closed())
    incident = Incident.objects.get()
    with pytest.raises(services.StepError):
        services.advance(incident.pk, Status.VERIFIED)
    incident.refresh_from_db()
    assert incident.status == Status.CLOSED
    assert incident.steps.count() == 4


def test_a_closed_incident_can_flare_up_again(province):
    enter(closed())
    incident = services.advance(Incident.objects.get().pk, Status.HANDLING)
    assert incident.ended_at is None


def test_every_status_can_be_reached_and_left():
    assert set(TRANSITIONS) == set(Status.values)
    reached = {Status.REPORTED}
    for _round in Status.values:
        reached |= {new for old in reached for new in TRANSITIONS[old]}
    assert reached == set(Status.values)
    assert not may_become("nothing", "closed")


def test_the_database_refuses_an_end_before_the_start(province):
    enter(told())
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.update(ended_at=hours(-1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.update(status=Status.CLOSED, ended_at=None)


def test_the_past_shows_the_register_of_then(province):
    enter(closed(), told("I-2", started_at=hours(3)))
    layer = registry[LAYER]

    def at(moment):
        found = features(layer, everything(), FeatureQuery(at=moment))
        return [
            (row["properties"]["status"], row["properties"]["ended_at"])
            for row in found
        ]

    assert at(hours(-0.5)) == []
    assert at(hours(1.5)) == [("verified", None)]
    assert at(hours(4)) == [("handling", None), ("reported", None)]
    assert at(hours(6)) == [("closed", hours(5)), ("reported", None)]


def test_counts_are_those_that_are_officially_compared(province):
    enter(told(), told("I-2", kind="traffic_accident", dead=2), told("I-3"))
    enter(told("I-4", started_at=hours(30)))
    rows = queries.counts(everything(), hours(-1), hours(24))
    assert rows == [
        {"kind": "fire", "number": 2, "all_dead": 2, "all_injured": 4},
        {"kind": "traffic_accident", "number": 1, "all_dead": 2, "all_injured": 2},
    ]


def test_rows_of_other_units_are_not_there(commune):
    here, there = commune(0), commune(100)
    enter(told(lon=here[1], lat=here[2]), told("I-2", lon=there[1], lat=there[2]))
    grant = Grant(layers=frozenset([LAYER]), units=frozenset([here[0]]))
    found = features(registry[LAYER], grant, FeatureQuery())
    assert len(found) == 1
    past = features(registry[LAYER], grant, FeatureQuery(at=hours(9)))
    assert len(past) == 1


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_drawer_shows_steps_in_both_languages(cast, province, language):
    enter(closed())
    with translation.override(language):
        words = [str(Status.HANDLING.label), str(Status.CLOSED.label)]
    client = Client()
    client.force_login(cast["operator"])
    page = client.get(f"/drawer/incidents/{Incident.objects.get().pk}/?lang={language}")
    assert page.status_code == 200
    for word in words:
        assert word in page.content.decode()


def test_the_drawer_names_linked_features_only_to_those_who_see_them(cast, commune):
    unit_id, lon, lat = commune(0)
    enter(told(lon=lon, lat=lat))
    incident = Incident.objects.get()
    units_slug = next(
        layer.slug
        for layer in registry.values()
        if "administrative-units" in layer.roles
    )
    IncidentLink.objects.create(
        incident=incident, layer=units_slug, feature_id=unit_id, note="near"
    )
    IncidentLink.objects.create(incident=incident, layer="gone", feature_id=1)
    IncidentLink.objects.create(incident=incident, layer=units_slug, feature_id=-5)
    client = Client()
    client.force_login(cast["operator"])
    page = client.get(f"/drawer/incidents/{incident.pk}/").content.decode()
    assert page.count('class="drawer-links"') == 1
    assert f"/drawer/{units_slug}/{unit_id}/" in page


def test_a_form_makes_an_incident_with_its_first_step(cast, commune):
    unit_id, lon, lat = commune(7)
    user = cast["administrator"]
    user.is_staff = True
    user.save()
    client = Client()
    client.force_login(user)
    before = LayerVersion.objects.filter(slug=LAYER).values_list("seq", flat=True)
    before = before.first() or 0
    fresh = client.get("/admin/incidents/incident/add/")
    initial = fresh.context["adminform"].form.initial
    form = {
        "source": initial["source"],
        "external_id": initial["external_id"],
        "title": "Tree across the road",
        "geom": json.dumps({"type": "Point", "coordinates": [lon, lat]}),
        "kind": "other",
        "severity": "minor",
        "status": "reported",
        "started_at_0": "2026-11-20",
        "started_at_1": "08:00:00",
        "dead": "0",
        "injured": "0",
        "reporter": "citizen",
        "links-TOTAL_FORMS": "0",
        "links-INITIAL_FORMS": "0",
        "steps-TOTAL_FORMS": "0",
        "steps-INITIAL_FORMS": "0",
    }
    answer = client.post("/admin/incidents/incident/add/", form)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    incident = Incident.objects.get()
    assert incident.unit_id == unit_id
    assert [(s.status, s.actor) for s in incident.steps.all()] == [("reported", user)]
    assert LayerVersion.objects.get(slug=LAYER).seq > before


def test_search_forgives_missing_diacritics(province):
    street = province.table("streets")[0]["name"]
    enter(told(title=street))
    hits = search.search("le loi", everything(), only=[LAYER])
    assert [hit.title for hit in hits] == [street]


@pytest.mark.parametrize("fmt", list(export.FORMATS))
def test_every_format_exports(province, fmt):
    enter(told())
    write = export.FORMATS[fmt].write
    assert b"".join(write(registry[LAYER], everything(), FeatureQuery(limit=10)))


def test_a_tile_holds_the_incidents(province):
    enter(told())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_AsMVT(t, 'incidents', 4096, 'geom', 'id') FROM (SELECT id,"
            " title, kind, severity,"
            " ST_AsMVTGeom(shape, ST_TileEnvelope(0, 0, 0)) AS geom"
            " FROM incidents_incident) AS t"
        )
        (tile,) = cursor.fetchone()
    assert b"severity" in bytes(tile)


def test_the_demo_has_the_published_rate_of_accidents(province):
    number = incidents_demo.load(province)
    accidents = Incident.objects.filter(kind="traffic_accident").count()
    assert Incident.objects.count() == number
    assert accidents == pytest.approx(522 * 90 / 365.25, abs=40)
    assert not Incident.objects.filter(unit_id=None).exists()
    assert Incident.objects.exclude(status=Status.CLOSED).exists()
    assert not Incident.objects.filter(started_at__gt=datetime.now(UTC)).exists()
