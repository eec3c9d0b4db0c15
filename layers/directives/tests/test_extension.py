"""More time asked for, granted and refused; photos that say where they were taken."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from layers.core.delivery.models import Delivery
from layers.core.models import Event
from layers.directives import evidence, exif, extending
from layers.directives.access import NotAllowedError, RefusedError
from layers.directives.models import Evidence, Extension
from layers.directives.services import act

AT = (106.1, 19.05)


def photo(lon: float | None = None, lat: float = 0.0) -> bytes:
    """A JPEG with or without a place, taken at noon of 1 May 2026."""
    image, target = Image.new("RGB", (640, 480), "#446688"), io.BytesIO()
    exif_of = image.getexif()
    exif_of.get_ifd(0x8769)[0x9003] = "2026:05:01 12:00:00"
    if lon is not None:
        gps = exif_of.get_ifd(0x8825)
        gps[1], gps[2] = "N", _parts(lat)
        gps[3], gps[4] = "E", _parts(lon)
    image.save(target, "JPEG", exif=exif_of)
    return target.getvalue()


def _parts(value: float) -> tuple[IFDRational, ...]:
    degrees = int(value)
    minutes = int((value - degrees) * 60)
    seconds = round(((value - degrees) * 60 - minutes) * 60 * 100)
    return (IFDRational(degrees), IFDRational(minutes), IFDRational(seconds, 100))


def upload(body: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", body, content_type="image/jpeg")


def kinds(directive) -> list[str]:
    rows = Event.objects.filter(layer="directives", feature_id=directive.pk)
    return list(rows.order_by("id").values_list("kind", flat=True))


def test_granted_time_moves_both_clocks_and_is_told(directive, people) -> None:
    act(directive.pk, "receive", people["east"])
    task = directive.tasks.get()
    until = task.legal_deadline + timedelta(hours=5)
    asked = extending.ask(task.pk, people["east"], until=until, reason="High sea")
    again = extending.ask(task.pk, people["east"], until=until, reason="High sea")
    assert asked.pk == again.pk
    with pytest.raises(NotAllowedError):
        extending.decide(asked.pk, people["east"], grant=True)
    extending.decide(asked.pk, people["leader"], grant=True, answer="Agreed")
    extending.decide(asked.pk, people["leader"], grant=True, answer="Agreed")
    task.refresh_from_db()
    directive.refresh_from_db()
    assert (task.legal_deadline, task.needed_by) == (until, until)
    assert directive.legal_deadline == until
    told = kinds(directive)
    assert told.count("extension.asked") == told.count("extension.granted") == 1


def test_refused_time_changes_no_clock_and_needs_words(directive, people) -> None:
    act(directive.pk, "receive", people["east"])
    task = directive.tasks.get()
    before = (task.needed_by, task.legal_deadline)
    until = task.legal_deadline + timedelta(days=1)
    asked = extending.ask(task.pk, people["east"], until=until, reason="No boat")
    with pytest.raises(RefusedError):
        extending.decide(asked.pk, people["leader"], grant=False)
    extending.decide(asked.pk, people["leader"], grant=False, answer="Take the other")
    task.refresh_from_db()
    assert (task.needed_by, task.legal_deadline) == before
    with pytest.raises(RefusedError):
        extending.decide(asked.pk, people["leader"], grant=True)


@pytest.mark.parametrize("shift", [timedelta(days=-2), timedelta(0)], ids=str)
def test_no_time_is_asked_for_that_is_none(directive, people, shift) -> None:
    act(directive.pk, "receive", people["east"])
    task = directive.tasks.get()
    until = task.legal_deadline + shift
    with pytest.raises(RefusedError):
        extending.ask(task.pk, people["east"], until=until, reason="x")
    assert not Extension.objects.exists()


def test_the_pages_ask_and_answer(directive, people, client) -> None:
    act(directive.pk, "receive", people["east"])
    task = directive.tasks.get()
    until = timezone.localtime(task.legal_deadline + timedelta(days=1))
    client.force_login(people["east"].user)
    page = client.get(f"/directives/{directive.pk}/").content.decode()
    assert f"/directives/tasks/{task.pk}/time/" in page
    values = {"until": until.strftime("%Y-%m-%dT%H:%M"), "reason": "High sea"}
    client.post(f"/directives/tasks/{task.pk}/time/", values)
    asked = Extension.objects.get()
    client.post(f"/directives/time/{asked.pk}/", {"grant": "1"})
    asked.refresh_from_db()
    assert asked.granted is None, "a unit does not answer itself"
    client.force_login(people["leader"].user)
    client.post(f"/directives/time/{asked.pk}/", {"grant": "1"})
    asked.refresh_from_db()
    assert asked.granted is True
    client.force_login(people["west"].user)
    assert client.post(f"/directives/time/{asked.pk}/", {}).status_code == 404


def test_issue_return_and_report_tell_those_concerned(directive, people) -> None:
    directive.signed_by = people["leader"].user
    directive.save()
    act(directive.pk, "return", people["east"], text="Not ours")
    told = Delivery.objects.filter(message__feature_id=directive.pk)
    assert told.filter(user=people["leader"].user).exists()


def test_a_photo_says_where_and_when(directive, people) -> None:
    sent = evidence.add(directive.pk, upload(photo(*AT)), people["east"])
    assert sent.place_source == "exif"
    assert (sent.lon, sent.lat) == pytest.approx(AT, abs=1e-5)
    assert sent.near is True
    assert timezone.localtime(sent.taken_at).isoformat() == "2026-05-01T12:00:00+07:00"
    far = evidence.add(directive.pk, upload(photo(106.3, 19.2)), people["east"])
    assert far.near is False
    assert 25_000 < far.distance_m < 30_000


def test_the_device_stands_in_for_a_photo_without_a_place(directive, people) -> None:
    place = evidence.Place(*AT)
    sent = evidence.add(directive.pk, upload(photo()), people["east"], place=place)
    assert (sent.place_source, sent.near) == ("device", True)
    plain = Evidence(content_type="image/jpeg")
    assert plain.near is None


def test_a_photo_at_the_place_is_demanded(directive, people) -> None:
    task = directive.tasks.get()
    task.needs_evidence, task.evidence_kind = True, "photo_at_place"
    task.save()
    act(directive.pk, "receive", people["east"])
    evidence.add(directive.pk, upload(photo(106.3, 19.2)), people["east"])
    with pytest.raises(RefusedError):
        act(directive.pk, "report", people["east"], text="Done")
    evidence.add(directive.pk, upload(photo(*AT)), people["east"])
    assert act(directive.pk, "report", people["east"], text="Done").status == "reported"


def test_a_preview_is_made_anew_for_those_who_see_it(directive, people, client) -> None:
    sent = evidence.add(directive.pk, upload(photo(*AT)), people["east"])
    address = f"/directives/evidence/{sent.pk}/preview/"
    client.force_login(people["leader"].user)
    answer = client.get(address)
    assert answer["Content-Type"] == "image/jpeg"
    with Image.open(io.BytesIO(answer.content)) as small:
        assert not small.getexif()
    client.force_login(people["west"].user)
    assert client.get(address).status_code == 404


@settings(max_examples=60)
@given(st.binary(max_size=400), st.integers(0, 600))
def test_broken_photos_never_raise(noise: bytes, place: int) -> None:
    body = bytearray(photo(*AT))
    body[place : place + len(noise)] = noise
    found = exif.read(bytes(body))
    assert found.lat is None or -90 <= found.lat <= 90
    exif.preview(bytes(body))


@pytest.mark.parametrize("unit", ["east", "west"])
def test_issued_anew_a_task_has_the_time_of_the_order_and_not_the_extended_one(
    directive, people, world, unit
) -> None:
    act(directive.pk, "receive", people["east"])
    task = directive.tasks.get()
    ordered = (task.minutes_needed, task.minutes_legal)
    for days in (2, 3):
        until = task.issued_at + timedelta(days=days)
        asked = extending.ask(task.pk, people["east"], until=until, reason="High sea")
        extending.decide(asked.pk, people["leader"], grant=True)
    task.refresh_from_db()
    assert (task.minutes_needed, task.minutes_legal) == (4_320, 4_320)
    until += timedelta(days=1)
    open_ = extending.ask(task.pk, people["east"], until=until, reason="High sea")
    act(directive.pk, "return", people["east"], text="Not ours")
    act(directive.pk, "issue", people["leader"], unit_id=world[unit])
    task.refresh_from_db()
    assert (task.minutes_needed, task.minutes_legal) == ordered
    assert task.needed_by - task.issued_at == timedelta(minutes=ordered[0])
    assert task.legal_deadline - task.issued_at == timedelta(minutes=ordered[1])
    open_.refresh_from_db()
    assert open_.granted is False, "the request of before went with the return"
    asked = extending.ask(task.pk, people[unit], until=until, reason="Again")
    assert asked.granted is None


def test_what_stood_still_is_not_counted_into_an_extension(directive, people) -> None:
    act(directive.pk, "receive", people["east"])
    task = directive.tasks.get()
    stood = timedelta(days=3)
    directive.tasks.update(
        issued_at=task.issued_at - stood - timedelta(minutes=30),
        needed_by=task.needed_by - timedelta(minutes=30),
    )
    task.refresh_from_db()
    until = task.legal_deadline + timedelta(hours=1)
    asked = extending.ask(task.pk, people["east"], until=until, reason="High sea")
    extending.decide(asked.pk, people["leader"], grant=True)
    task.refresh_from_db()
    more = (until - task.issued_at - stood) / timedelta(minutes=1)
    assert task.minutes_needed == pytest.approx(more, abs=1)
    assert task.warned == 0, "half of the longer time is not gone"
