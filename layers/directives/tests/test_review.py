"""The after-action report and what the map shows of directives."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override
from PIL import Image

from gis_ioc.accounts.models import AuditEntry
from layers.core import pdf
from layers.core.models import Event
from layers.core.scope import everything
from layers.directives import escalation, evidence
from layers.directives.mapping.links import collection
from layers.directives.models import Directive
from layers.directives.review.document import context, length
from layers.directives.review.gathering import gather
from layers.directives.services import act


@pytest.fixture
def photo() -> SimpleUploadedFile:
    body = BytesIO()
    Image.new("RGB", (900, 600), "#336699").save(body, "JPEG")
    return SimpleUploadedFile("boat.jpg", body.getvalue(), content_type="image/jpeg")


@pytest.fixture
def handled(directive: Directive, people, photo, client) -> Directive:
    """Received, read twice in a row by the officer, reported with a photo, closed."""
    client.force_login(people["east"].user)
    client.get(f"/directives/{directive.pk}/")
    client.get(f"/directives/{directive.pk}/")
    act(directive.pk, "receive", people["east"])
    act(directive.pk, "start", people["east"])
    evidence.add(directive.pk, photo, people["east"])
    act(directive.pk, "report", people["east"], text="The boat has left")
    act(directive.pk, "close", people["leader"])
    directive.refresh_from_db()
    return directive


def test_the_report_tells_who_did_and_saw_what_in_order(handled) -> None:
    with override("en"):
        found = gather(handled)
    told = [moment.what for moment in found.moments if moment.source == "Directive"]
    wanted = ["Drafted", "Issued", "Receive", "Start work", "Evidence sent"]
    assert told[:5] == wanted
    assert [moment.at for moment in found.moments] == sorted(
        moment.at for moment in found.moments
    )
    assert any(moment.source == "Alert" for moment in found.moments)
    readers = [(r.who, r.times) for r in found.readers if r.what == "Directive"]
    assert readers == [("officer-east", 1)]
    assert all(leg.took is not None for leg in found.legs)
    assert found.legs[-1].title.endswith("Closed")


def test_whoever_comes_back_after_half_an_hour_looked_twice(directive, people, client):
    client.force_login(people["east"].user)
    address = f"/directives/{directive.pk}/"
    client.get(address)
    # the page is left open: it fetches itself anew whenever a clock has moved
    again = {"HX-Request": "true", "X-Refresh": "1"}
    assert client.get(address, headers=again).status_code == 200
    assert [reader.times for reader in gather(directive).readers] == [1]
    AuditEntry.objects.update(at=F("at") - timedelta(minutes=31))
    Directive.objects.update(created_at=F("created_at") - timedelta(minutes=31))
    directive.refresh_from_db()
    client.get(address, headers=again)
    assert [reader.times for reader in gather(directive).readers] == [1]
    client.get(address)
    (reader,) = gather(directive).readers
    assert (reader.who, reader.times) == ("officer-east", 2)
    assert reader.last - reader.first >= timedelta(minutes=31)


def test_the_timeline_says_from_whom_to_whom_and_who_was_told(
    directive, people, world
) -> None:
    act(directive.pk, "return", people["east"], text="Not our waters")
    act(directive.pk, "issue", people["leader"], unit_id=world["west"])
    at = timezone.now() - timedelta(minutes=61)
    directive.tasks.update(issued_at=at, needed_by=at + timedelta(hours=1))
    escalation.tick()
    with override("en"):
        found = gather(Directive.objects.get(pk=directive.pk))
        figures = dict(context(found)["figures"])
    told = {moment.what: moment for moment in found.moments}
    assert told["Re-addressed"].unit == "Commune east → Commune west"
    ladder = [what for what in told if what.startswith("Escalated to level")]
    assert any("the supervisor" in what for what in ladder)
    assert figures["Returned to sender"] == "1"
    assert figures["Escalations"] == str(len(ladder))
    act(directive.pk, "return", people["west"], text="Nor ours")
    act(directive.pk, "issue", people["leader"])
    passed = Event.objects.filter(kind="task.readdressed", feature_id=directive.pk)
    assert passed.count() == 1, "to the same unit again is not passed on"


def test_the_drawer_of_an_alert_opens_the_directive_that_runs(
    directive, people, client
) -> None:
    client.force_login(people["operator"].user)
    address = f"/drawer/alerts/{directive.alert_id}/"
    page = client.get(address, headers={"Accept-Language": "en"}).content.decode()
    ours = f'class="btn btn-primary" href="/directives/{directive.pk}/"'
    assert page.index(ours) < page.index(f"/directives/new/?alert={directive.alert_id}")
    act(directive.pk, "withdraw", people["leader"], text="by mistake")
    assert ours not in client.get(address).content.decode()


def test_the_report_is_a_pdf_with_map_photo_and_sum(handled, client, people) -> None:
    page = render_to_string(
        "directives/review_print.html",
        {**context(gather(handled)), "faces": [], "font": pdf.STACK},
    )
    assert "<svg" in page
    assert "Commune east" in page
    assert "data:image/jpeg;base64," in page
    assert handled.tasks.get().evidence.get().sha256 in page
    client.force_login(people["leader"].user)
    answer = client.get(f"/directives/{handled.pk}/report.pdf")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")


def test_others_get_no_report(handled, client, people) -> None:
    client.force_login(people["west"].user)
    assert client.get(f"/directives/{handled.pk}/report.pdf").status_code == 404


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(seconds=20), "20 s"),
        (timedelta(minutes=45), "45 min"),
        (timedelta(hours=3, minutes=5), "3 h 5 min"),
        (timedelta(days=2, hours=1, minutes=5), "2 d 1 h"),
        (None, ""),
    ],
)
def test_spans_are_told_in_two_units(span: timedelta | None, text: str) -> None:
    with override("en"):
        assert length(span) == text


def test_lines_lead_from_the_place_to_whom_it_was_sent(directive) -> None:
    found = collection(everything())["features"]
    kinds = [feature["properties"]["kind"] for feature in found]
    assert kinds == ["clock", "link", "end"]
    clock, link, end = found
    assert clock["properties"]["due_at"] == directive.needed_by.timestamp()
    assert clock["properties"]["running"] is True
    assert link["geometry"]["coordinates"][0] == clock["geometry"]["coordinates"]
    assert link["geometry"]["coordinates"][1] == end["geometry"]["coordinates"]
    assert end["properties"]["title"] == "Commune east"


def test_nobody_sees_lines_of_directives_of_others(directive, people, client) -> None:
    client.force_login(people["west"].user)
    assert client.get("/api/v1/directives/map").json()["features"] == []
    client.force_login(people["east"].user)
    assert len(client.get("/api/v1/directives/map").json()["features"]) == 3
