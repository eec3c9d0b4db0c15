"""Printed documents: fonts, sameness, nothing from outside."""

from __future__ import annotations

import zlib
from collections import Counter
from typing import Any

import pytest
from weasyprint.urls import FatalURLFetchingError

from layers.core import pdf

WORDS = "Nghị định, điều, sửa đổi, Hòa Lộc, TỔ CHỨC, Nguyễn Thị Ngọc Ưng, ỷ ẫ ở ặ"
PAGE: dict[str, Any] = {"authority": WORDS, "authority_above": WORDS}


def streams(data: bytes) -> str:
    """What the compressed streams of a PDF hold, one after the other."""
    found = []
    for part in data.split(b"stream\n")[1:]:
        try:
            found.append(zlib.decompressobj().decompress(part).decode("latin-1"))
        except zlib.error:
            continue
    return "\n".join(found)


def test_no_two_files_of_letters_share_a_name_and_a_weight() -> None:
    """WeasyPrint would draw the letters of one with the shapes of the other."""
    faces = Counter((face["family"], face["weight"]) for face in pdf._faces())
    assert set(faces.values()) == {1}
    assert all(family in pdf.STACK for family, _weight in faces)


def test_every_vietnamese_letter_is_in_the_text_of_the_document() -> None:
    text = streams(pdf.render("core/print.html", PAGE)).upper()
    for letter in set(WORDS) - set(" ,"):
        assert f"<{ord(letter):04X}>" in text, letter


def test_the_same_page_gives_the_same_bytes() -> None:
    once = pdf.render("core/print.html", PAGE)
    assert once == pdf.render("core/print.html", PAGE)
    assert once != pdf.render("core/print.html", {**PAGE, "authority": "x"})


def test_a_demo_is_marked_on_the_page() -> None:
    plain = pdf.render("core/print.html", PAGE)
    assert plain != pdf.render("core/print.html", {**PAGE, "demo": True})


@pytest.mark.parametrize("kind", ["file:///etc/hostname", "http://127.0.0.1:9/x.png"])
def test_nothing_is_loaded_from_outside(
    kind: str, tmp_path: Any, settings: Any
) -> None:
    (tmp_path / "bad.html").write_text(f'<p>before</p><img src="{kind}" alt="gone">')
    engine = dict(settings.TEMPLATES[0], DIRS=[tmp_path])
    settings.TEMPLATES = [engine]
    with pytest.raises(FatalURLFetchingError):
        pdf.render("bad.html", {})
