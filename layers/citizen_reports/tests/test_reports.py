"""Citizen reports: the flow, the clock, who reported, and the past."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import translation

from gis_ioc.accounts.models import AuditEntry, Scope
from layers.citizen_reports import demo as reports_demo
from layers.citizen_reports import queries, services
from layers.citizen_reports.choices import DONE, TRANSITIONS, Category, Status
from layers.citizen_reports.layer import REPORTER
from layers.citizen_reports.models import CitizenReport, ServiceCategory
from layers.citizen_reports.services import NewReport, Step
from layers.core import export, search
from layers.core.ingest import deliver
from layers.core.models import Event
from layers.core.queries import FeatureQuery, features
from layers.core.scope import Grant, everything
from layers.core.spec import registry

START = datetime(2026, 11, 2, 2, tzinfo=UTC)  # Monday, 09:00 there
LAYER = "citizen_reports"
NAME, PHONE = "Reporter Of The Test", "0000123456"


def days(number: float) -> datetime:
    return START + timedelta(days=number)


def told(name="R-1", **values) -> NewReport:
    given = {
        "source": "test",
        "external_id": name,
        "category": "waste",
        "description": "Rubbish has lain at the corner for three days.",
        "requested_at": START,
        "lon": 105.78,
        "lat": 19.81,
        "reporter_name": NAME,
        "reporter_phone": PHONE,
        **values,
    }
    return NewReport(**given)


def enter(*records: NewReport):
    with transaction.atomic():
        return deliver(LAYER, list(records))


def sees_all() -> Grant:
    return Grant(layers=frozenset([LAYER]), units=None, masks=frozenset([REPORTER]))


def test_a_report_told_twice_is_one(province):
    assert enter(told(), told()).duplicate.tolist() == [False, True]
    assert enter(told(description="other words")).duplicate.tolist() == [True]
    assert CitizenReport.objects.count() == 1
    assert Event.objects.filter(kind="citizen_report.received").count() == 1


def test_the_same_number_of_another_channel_is_another_report(province):
    enter(told(), told(source="elsewhere"))
    assert CitizenReport.objects.count() == 2


def test_the_clock_starts_by_the_field_and_the_unit_is_found(commune):
    unit_id, lon, lat = commune(12)
    ServiceCategory.objects.filter(code="waste").update(agency="Ward")
    enter(told(lon=lon, lat=lat))
    report = CitizenReport.objects.get()
    assert report.unit_id == unit_id
    assert report.agency == "Ward"
    assert report.due_at == datetime(2026, 11, 4, 10, tzinfo=UTC)  # two days, 17:00


def test_every_field_has_a_clock(db):
    assert set(ServiceCategory.objects.values_list("code", flat=True)) == set(
        Category.values
    )


def test_a_report_goes_the_whole_way(province):
    enter(told())
    report = CitizenReport.objects.get()
    way = ["checked", "forwarded", "handling", "answered", "published", "closed"]
    for number, status in enumerate(way, 1):
        answer = "Done." if status == "answered" else ""
        services.advance(report.pk, status, at=days(number / 10), answer=answer)
    report.refresh_from_db()
    assert report.status == Status.CLOSED
    assert report.answer == "Done."
    assert report.answered_at == days(0.4)
    assert report.handler_unit_id == report.unit_id
    assert [step.status for step in report.steps.all()] == ["received", *way]
    assert Event.objects.filter(feature_id=report.pk).count() == 7


def test_steps_that_do_not_follow_or_lack_something_are_refused(province):
    enter(told(), told("R-2"))
    first, second = CitizenReport.objects.order_by("pk")
    with pytest.raises(services.StepError):
        services.advance(first.pk, Status.CLOSED)
    with pytest.raises(services.StepError):
        services.advance(first.pk, Status.DUPLICATE)
    with pytest.raises(services.StepError):
        services.advance(first.pk, Status.DUPLICATE, same_as_id=first.pk)
    services.advance(second.pk, Status.DUPLICATE, same_as_id=first.pk)
    for status in ("checked", "forwarded", "handling"):
        services.advance(first.pk, status)
    with pytest.raises(services.StepError):
        services.advance(first.pk, Status.ANSWERED, answer="  ")
    first.refresh_from_db()
    assert first.status == Status.HANDLING


def test_every_status_can_be_reached():
    assert set(TRANSITIONS) == set(Status.values)
    reached = {Status.RECEIVED}
    for _round in Status.values:
        reached |= {new for old in reached for new in TRANSITIONS[old]}
    assert reached == set(Status.values)
    assert set(Status.values) > DONE


def test_the_database_keeps_ratings_and_duplicates_honest(province):
    enter(told())
    with pytest.raises(IntegrityError), transaction.atomic():
        CitizenReport.objects.update(rating=6)
    with pytest.raises(IntegrityError), transaction.atomic():
        CitizenReport.objects.update(status=Status.DUPLICATE)


def test_the_map_and_the_flow_agree_on_what_is_open(province):
    enter(*(told(f"R-{status}") for status in Status.values if status != "duplicate"))
    for report in CitizenReport.objects.all():
        report.status = report.external_id.removeprefix("R-")
        report.save()
    rows = features(registry[LAYER], sees_all(), FeatureQuery())
    for row in rows:
        values = row["properties"]
        assert values["open"] is (values["status"] not in DONE)
        assert values["late"] is values["open"]  # all were due on 4 November 2026


def test_the_past_shows_the_reports_of_then(province):
    steps = (
        Step("checked", days(0.1)),
        Step("forwarded", days(0.2)),
        Step("handling", days(1)),
        Step("answered", days(4)),
        Step("published", days(5)),
        Step("closed", days(6)),
    )
    enter(told(steps=steps, answer="Done.", rating=5))

    def at(number):
        found = features(registry[LAYER], sees_all(), FeatureQuery(at=days(number)))
        names = ("status", "late", "answer", "rating")
        return [tuple(row["properties"][name] for name in names) for row in found]

    assert at(-1) == []
    assert at(0.05) == [("received", False, None, None)]
    assert at(2) == [("handling", False, None, None)]
    assert at(3) == [("handling", True, None, None)]
    assert at(4.5) == [("answered", False, "Done.", None)]
    assert at(7) == [("closed", False, "Done.", 5)]


def test_who_reported_is_read_only_with_the_permission(province):
    enter(told())
    plain = Grant(layers=frozenset([LAYER]), units=None)
    for moment in (None, days(1)):
        query = FeatureQuery(at=moment)
        seen = features(registry[LAYER], sees_all(), query)[0]["properties"]
        assert (seen["reporter_name"], seen["reporter_phone"]) == (NAME, PHONE)
        hidden = features(registry[LAYER], plain, query)[0]["properties"]
        assert "reporter_name" not in hidden
        assert NAME not in str(hidden)


@pytest.mark.parametrize("fmt", list(export.FORMATS))
def test_no_export_carries_who_reported_without_the_permission(province, fmt):
    enter(told(reporter_email="who@example.org"))
    plain = Grant(layers=frozenset([LAYER]), units=None)
    write = export.FORMATS[fmt].write
    written = b"".join(write(registry[LAYER], plain, FeatureQuery(limit=10)))
    assert len(written) > 50
    if fmt == "xlsx":
        written = _unpacked(written)
    for word in (NAME, PHONE, "who@example.org", "reporter_name"):
        assert word.encode() not in written


def _unpacked(book: bytes) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_who_reported_is_in_no_tile():
    assert not {f.name for f in registry[LAYER].tile_fields} & {
        "reporter_name",
        "reporter_phone",
    }


def test_handlers_do_not_see_the_reporter_and_looking_is_written_down(cast, commune):
    unit_id, lon, lat = commune(0)
    enter(told(lon=lon, lat=lat))
    report = CitizenReport.objects.get()
    Scope.objects.create(user=cast["officer"], units=[unit_id])
    address = f"/drawer/citizen_reports/{report.pk}/"
    client = Client()
    client.force_login(cast["officer"])
    page = client.get(address)
    assert page.status_code == 200
    assert NAME not in page.content.decode()
    assert not AuditEntry.objects.filter(action="view-reporter").exists()
    client.force_login(cast["operator"])
    assert NAME in client.get(address).content.decode()
    seen = AuditEntry.objects.get(action="view-reporter")
    assert (seen.user, seen.feature_id) == (cast["operator"], report.pk)


def test_rows_of_other_units_are_not_there(cast, commune):
    here, there = commune(0), commune(100)
    enter(told(lon=here[1], lat=here[2]), told("R-2", lon=there[1], lat=there[2]))
    other = CitizenReport.objects.get(unit_id=there[0])
    Scope.objects.create(user=cast["officer"], units=[here[0]])
    client = Client()
    client.force_login(cast["officer"])
    listed = client.get("/api/v1/layers/citizen_reports/features").json()
    assert [row["id"] for row in listed["features"]] != []
    assert other.pk not in [row["id"] for row in listed["features"]]
    assert client.get(f"/drawer/citizen_reports/{other.pk}/").status_code == 404


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_drawer_opens_in_both_languages(cast, province, language):
    enter(told(photos=("https://example.org/1.jpg",)))
    with translation.override(language):
        word = str(Category.WASTE.label)
    client = Client()
    client.force_login(cast["operator"])
    report = CitizenReport.objects.get()
    page = client.get(f"/drawer/citizen_reports/{report.pk}/?lang={language}")
    assert page.status_code == 200
    assert word in page.content.decode()
    assert "https://example.org/1.jpg" in page.content.decode()


def test_a_report_by_telephone_is_entered_by_form(cast, commune):
    unit_id, lon, lat = commune(7)
    user = cast["administrator"]
    user.is_staff = True
    user.save()
    client = Client()
    client.force_login(user)
    fresh = client.get("/admin/citizen_reports/citizenreport/add/")
    initial = fresh.context["adminform"].form.initial
    form = {
        "source": initial["source"],
        "external_id": initial["external_id"],
        "title": "Lamp out",
        "geom": json.dumps({"type": "Point", "coordinates": [lon, lat]}),
        "category": "light",
        "description": "The lamp at the bridge is out.",
        "channel": "hotline",
        "status": "received",
        "requested_at_0": "2026-11-02",
        "requested_at_1": "09:00:00",
        "photos": "",
        "steps-TOTAL_FORMS": "0",
        "steps-INITIAL_FORMS": "0",
    }
    answer = client.post("/admin/citizen_reports/citizenreport/add/", form)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    report = CitizenReport.objects.get()
    assert report.unit_id == unit_id
    assert report.due_at == datetime(2026, 11, 5, 10, tzinfo=UTC)
    assert [(s.status, s.actor) for s in report.steps.all()] == [("received", user)]


def test_the_form_hides_the_reporter_from_those_who_may_not_see(cast, province):
    from django.contrib.auth.models import Permission

    enter(told())
    user = cast["leader"]
    user.is_staff = True
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="change_citizenreport"))
    client = Client()
    client.force_login(user)
    report = CitizenReport.objects.get()
    page = client.get(f"/admin/citizen_reports/citizenreport/{report.pk}/change/")
    assert page.status_code == 200
    assert NAME not in page.content.decode()


def test_search_forgives_missing_diacritics(province):
    street = province.table("streets")[0]["name"]
    enter(told(description=street))
    hits = search.search("le loi", everything(), only=[LAYER])
    assert [hit.title for hit in hits] == [street]


def test_punctuality_counts_in_time_late_and_overdue(province):
    answered = lambda at: (Step("answered", at),)  # noqa: E731
    enter(
        told("R-1", steps=answered(days(1)), answer="x", rating=4),
        told("R-2", steps=answered(days(9)), answer="x", rating=2),
        told("R-3"),
    )
    (row,) = queries.punctuality(everything(), days(-1), days(1))
    assert (row["number"], row["in_time"], row["answered_late"]) == (3, 1, 1)
    assert (row["overdue"], row["mean_rating"]) == (1, 3.0)


def test_a_tile_holds_the_reports(province):
    enter(told())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_AsMVT(t, 'citizen_reports', 4096, 'geom', 'id') FROM (SELECT id,"
            " title, category, late, open,"
            " ST_AsMVTGeom(shape, ST_TileEnvelope(0, 0, 0)) AS geom"
            " FROM citizen_reports_map) AS t"
        )
        (tile,) = cursor.fetchone()
    assert b"category" in bytes(tile)
    assert NAME.encode() not in bytes(tile)


def test_the_demo_has_ninety_days_of_reports_with_people_in_no_real_range(province):
    assert reports_demo.load(province) == 3_000
    assert CitizenReport.objects.filter(unit_id=None).count() == 0
    assert not CitizenReport.objects.exclude(reporter_phone__startswith="0000").exists()
    assert CitizenReport.objects.filter(status=Status.CLOSED).count() > 1_500
    now = datetime.now(UTC)
    overdue = CitizenReport.objects.exclude(status__in=DONE).filter(due_at__lt=now)
    assert 5 <= overdue.count() <= 300
    assert not CitizenReport.objects.filter(requested_at__gt=now).exists()
