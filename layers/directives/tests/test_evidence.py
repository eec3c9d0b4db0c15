"""Files that lie, places that are not exact, and what the page says of them."""

from __future__ import annotations

import io
import warnings

import pytest
from PIL import Image

from layers.directives import evidence, exif
from layers.directives.access import RefusedError
from layers.directives.models import Evidence
from layers.directives.services import act
from layers.directives.tests.test_extension import AT, photo, upload


def tiff_that_says_webp() -> bytes:
    """A whole TIFF with the word WEBP where a real WebP has it."""
    target = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(target, "TIFF")
    body = bytearray(target.getvalue())
    # the directory moves behind; its old place, from byte 8, is free for the word
    start = int.from_bytes(body[4:8], "little")
    body[4:8] = len(body).to_bytes(4, "little")
    body += body[start:]
    body[8:12] = b"WEBP"
    return bytes(body)


def huge() -> bytes:
    """A PNG of few bytes and a billion pixels."""
    target = io.BytesIO()
    Image.new("1", (8, 8)).save(target, "PNG")
    body = bytearray(target.getvalue())
    body[16:24] = (40_000).to_bytes(4, "big") * 2
    return bytes(body)


def test_a_file_is_what_its_first_bytes_are_and_nothing_else(directive, people):
    lying = tiff_that_says_webp()
    with Image.open(io.BytesIO(lying)) as image:
        assert image.format == "TIFF"
    assert evidence.content_type_of(lying[:16]) is None
    with pytest.raises(RefusedError):
        evidence.add(directive.pk, upload(lying), people["east"])
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("kind", ["TIFF", "GIF", "BMP", "PPM"])
def test_no_other_format_is_ever_decoded(kind: str):
    target = io.BytesIO()
    Image.new("RGB", (8, 8)).save(target, kind)
    assert exif.preview(target.getvalue()) is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_formats_of_phones_are_recognised_and_shown(kind: str):
    target = io.BytesIO()
    Image.new("RGB", (2_400, 1_600), "navy").save(target, kind)
    body = target.getvalue()
    assert evidence.content_type_of(body[:16]) == f"image/{kind.lower()}"
    small = exif.preview(body)
    assert small is not None
    with Image.open(io.BytesIO(small)) as image:
        assert image.format == "JPEG"
        assert max(image.size) == exif.PREVIEW_PX


def test_a_photo_held_upright_is_shown_upright():
    target, image = io.BytesIO(), Image.new("RGB", (1_600, 800))
    said = image.getexif()
    said[0x0112] = 6
    image.save(target, "JPEG", exif=said)
    small = exif.preview(target.getvalue())
    assert small is not None
    with Image.open(io.BytesIO(small)) as shown:
        assert shown.size == (500, 1_000)


def test_a_trap_of_many_pixels_is_not_unpacked():
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        assert exif.preview(huge()) is None
        assert exif.read(huge()) == exif.Taken()


@pytest.mark.parametrize(
    ("accuracy", "near"),
    [(None, True), (12.0, True), (500.0, True), (2_000.0, None), (-1.0, None)],
)
def test_a_device_that_knows_its_place_badly_proves_nothing(
    directive, people, accuracy: float | None, near: bool | None
):
    place = evidence.Place(*AT, accuracy)
    sent = evidence.add(directive.pk, upload(photo()), people["east"], place=place)
    assert sent.near is near


def test_one_bad_file_is_named_and_loses_none_of_the_others(directive, people, client):
    client.force_login(people["east"].user)
    act(directive.pk, "receive", people["east"])
    bad = upload(b"MZ" + b"0" * 60)
    bad.name = "program.jpg"
    url = f"/directives/{directive.pk}/evidence/"
    answer = client.post(
        url,
        {"files": [bad, upload(photo(*AT))], "accuracy": "nonsense"},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert "program.jpg" in answer.json()["error"]
    assert Evidence.objects.get().near is True
    again = client.post(
        url,
        {"files": upload(photo(*AT)), "lon": "nan", "lat": "inf"},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert again.json() == {"error": ""}
    assert Evidence.objects.count() == 1
    nothing = client.post(url, headers={"X-Requested-With": "XMLHttpRequest"})
    assert nothing.json()["error"]


def test_another_unit_cannot_send_files(directive, people, client):
    client.force_login(people["west"].user)
    answer = client.post(
        f"/directives/{directive.pk}/evidence/",
        {"files": upload(photo(*AT))},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert answer.status_code == 404
    assert not Evidence.objects.exists()


def test_the_page_offers_the_camera_and_states_the_limit(directive, people, client):
    client.force_login(people["east"].user)
    page = client.get(f"/directives/{directive.pk}/").content.decode()
    assert 'capture="environment"' in page
    assert "500 m" in page
    assert 'name="accuracy"' in page
