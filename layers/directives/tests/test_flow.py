"""Positions → zone → alert → directive → received → reported → closed, and the ways
off that path; every step an event with who."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gis_ioc.accounts.grants import grant_of
from layers.alerts.models import Alert
from layers.alerts.tests.trial import Fix, deliver, rule
from layers.core.models import Event
from layers.directives import (
    dispatch,
    evidence,
    queries,
    services,
)
from layers.directives.access import (
    NotAllowedError,
    NotFoundError,
    RefusedError,
    Who,
)
from layers.directives.drafting import Draft, TaskDraft
from layers.directives.models import Directive
from layers.directives.services import act

INSIDE = (106.1, 19.05)
OUTSIDE = (106.5, 19.5)
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 64


def log(directive: Directive) -> list[tuple[str, str | None]]:
    return list(
        Event.objects.filter(layer="directives", feature_id=directive.pk)
        .order_by("id")
        .values_list("kind", "actor__username")
    )


def upload(body: bytes = JPEG, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body, content_type="image/jpeg")


def test_the_whole_way_from_a_position_to_a_closed_directive(directive, people, world):
    alert = Alert.objects.get()
    assert directive.alert_id == alert.pk
    assert directive.status == "issued"
    assert directive.scope_units == [world["east"]]
    assert directive.cap_status == "Exercise"
    assert directive.signed_by is None
    assert "Commune east calls the owner" in directive.body
    assert directive.needed_by - directive.issued_at == timedelta(hours=1)
    act(directive.pk, "receive", people["east"])
    act(directive.pk, "start", people["east"])
    act(directive.pk, "report", people["east"], text="The boat has left")
    act(directive.pk, "close", people["leader"])
    directive.refresh_from_db()
    assert (directive.status, directive.outcome) == ("closed", "early")
    assert log(directive) == [
        ("directive.drafted", None),
        ("directive.issue", None),
        ("task.receive", "officer-east"),
        ("directive.receive", "officer-east"),
        ("task.start", "officer-east"),
        ("directive.start", "officer-east"),
        ("task.report", "officer-east"),
        ("directive.report", "officer-east"),
        ("directive.close", "leader"),
    ]
    way = Event.objects.filter(kind__in=("zone.enter", "alert.raised"))
    assert way.count() == 2


def test_the_same_alert_makes_one_directive(directive):
    alert = Alert.objects.get()
    again = dispatch.from_alert(alert)
    assert again == directive
    assert dispatch.sweep() == 0
    assert Directive.objects.count() == 1


def test_what_a_failed_reaction_left_out_is_swept_up(world, playbook):
    playbook.enabled = False
    playbook.save()
    rule(playbook="closed-zone")
    deliver(Fix(1, 0, *INSIDE))
    assert Directive.objects.count() == 0
    playbook.enabled = True
    playbook.save()
    assert dispatch.sweep() == 1
    assert dispatch.sweep() == 0


def test_old_news_of_a_recording_raises_late_and_orders_nobody(world, playbook):
    rule(playbook="closed-zone")
    deliver(Fix(1, -2 * 86_400, *INSIDE))
    assert Alert.objects.get().late
    assert Directive.objects.count() == 0
    assert dispatch.sweep() == 0


def test_another_unit_sees_and_does_nothing(directive, people, client):
    stranger = people["west"]
    assert not queries.find(stranger.grant, queries.DirectiveFilter()).exists()
    with pytest.raises(NotFoundError):
        act(directive.pk, "receive", stranger)
    with pytest.raises(NotFoundError):
        evidence.add(directive.pk, upload(), stranger)
    client.force_login(stranger.user)
    assert client.get("/api/v1/directives").json() == []
    url = f"/api/v1/directives/{directive.pk}"
    assert client.get(url).status_code == 404
    assert client.generic("POST", f"{url}/receive").status_code == 404
    assert client.get(f"/directives/{directive.pk}/").status_code == 404
    assert client.get(f"/drawer/directives/{directive.pk}/").status_code == 404
    assert client.get("/api/v1/layers/directives/features").json()["features"] == []


def test_the_centre_does_not_act_for_a_unit_nor_a_unit_for_the_centre(
    directive, people
):
    with pytest.raises(NotAllowedError):
        act(directive.pk, "receive", people["operator"])
    with pytest.raises(NotAllowedError):
        act(directive.pk, "withdraw", people["east"], text="no")
    with pytest.raises(NotAllowedError):
        act(directive.pk, "withdraw", people["operator"], text="no")


@pytest.mark.parametrize(
    ("before", "slug"),
    [
        ((), "start"),
        ((), "report"),
        (("receive", "start"), "receive"),
        (("receive", "start"), "return"),
        (("receive", "start", "report"), "start"),
    ],
)
def test_an_act_out_of_turn_is_refused_and_leaves_no_event(
    directive, people, before, slug
):
    for name in before:
        act(directive.pk, name, people["east"], text="text")
    known = log(directive)
    with pytest.raises(RefusedError):
        act(directive.pk, slug, people["east"], text="text")
    assert log(directive) == known


def test_the_same_act_twice_is_one_event(directive, people):
    act(directive.pk, "receive", people["east"])
    known = log(directive)
    act(directive.pk, "receive", people["east"])
    assert log(directive) == known


def test_closing_before_the_report_is_refused(directive, people):
    with pytest.raises(RefusedError):
        act(directive.pk, "close", people["leader"])
    with pytest.raises(RefusedError):
        act(directive.pk, "fly", people["leader"])


def test_a_returned_directive_goes_to_the_right_unit(directive, people, world):
    act(directive.pk, "return", people["east"], text="Not our waters")
    directive.refresh_from_db()
    assert directive.status == "returned"
    act(directive.pk, "issue", people["leader"], unit_id=world["west"])
    act(directive.pk, "receive", people["west"])
    directive.refresh_from_db()
    assert directive.status == "received"
    assert set(directive.scope_units) == {world["east"], world["west"]}
    with pytest.raises(NotAllowedError):
        act(directive.pk, "start", people["east"])


def test_a_suspended_directive_stops_its_clock_and_resumes(directive, people):
    act(directive.pk, "receive", people["east"])
    act(directive.pk, "suspend", people["leader"], text="storm")
    with pytest.raises(RefusedError):
        act(directive.pk, "start", people["east"])
    directive.refresh_from_db()
    assert (directive.status, directive.clock) == ("suspended", "stopped")
    act(directive.pk, "resume", people["leader"])
    act(directive.pk, "start", people["east"])
    directive.refresh_from_db()
    assert directive.status == "in_progress"


def test_sending_back_reopens_the_tasks(directive, people):
    act(directive.pk, "receive", people["east"])
    act(directive.pk, "report", people["east"], text="done")
    act(directive.pk, "send_back", people["leader"], text="Which boat?")
    act(directive.pk, "report", people["east"], text="TH-00001")
    directive.refresh_from_db()
    assert directive.status == "reported"


def test_two_units_are_done_when_both_are(world, people):
    draft = Draft(
        source="person",
        external_id="1",
        title="Both",
        body="Both of you",
        tasks=tuple(TaskDraft(unit_id=world[name]) for name in ("east", "west")),
        needed_min=30,
        legal_min=60,
    )
    directive = services.create(draft, people["operator"])
    with pytest.raises(NotFoundError):
        act(directive.pk + 1_000, "issue", people["leader"])
    with pytest.raises(NotAllowedError):
        act(directive.pk, "issue", people["operator"])
    act(directive.pk, "issue", people["leader"])
    for name in ("east", "west"):
        act(directive.pk, "receive", people[name])
        act(directive.pk, "report", people[name], text="done")
        directive.refresh_from_db()
    assert directive.status == "reported"
    assert directive.signed_by_id == people["leader"].id


def test_a_supervisor_reminds_and_closes_and_does_not_sign(directive, people, cast):
    overseer = Who(cast["supervisor"], grant_of(cast["supervisor"]))
    with pytest.raises(NotAllowedError):
        act(directive.pk, "withdraw", overseer, text="no")
    act(directive.pk, "remind", overseer, text="It is time")
    directive.refresh_from_db()
    assert directive.status == "issued"
    act(directive.pk, "receive", people["east"])
    act(directive.pk, "report", people["east"], text="done")
    act(directive.pk, "close", overseer)
    assert log(directive)[-1] == ("directive.close", "supervisor")
