"""Printing: who may, what is refused, what stands on the sheet."""

from __future__ import annotations

import contextlib
import io
import re
import zlib
from typing import Any

import pytest
from django.utils import translation
from PIL import Image

from gis_ioc.accounts.models import AuditEntry
from gis_ioc.printing import document, forms
from gis_ioc.printing.frame import Box
from gis_ioc.printing.papers import PAPERS
from layers.core.scope import NOBODY, everything
from layers.core.spec import registry

from .conftest import order, png

pytestmark = pytest.mark.django_db
HAVE = tuple(registry)


def plan(**given: Any) -> document.Order:
    paper = PAPERS["a4-landscape"]
    found = {
        "paper": paper,
        "title": "Harbour",
        "box": Box(105.2, 19.3, 106.4, 20.1),
        "picture": png(paper),
        "layers": HAVE[:2],
        "filtered": HAVE[:1],
        "at": None,
        "who": "Operator",
    }
    return document.Order(**{**found, **given})


def pages(pdf: bytes) -> int:
    """How many pages there are, by the objects within the compressed streams."""
    held = b""
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        with contextlib.suppress(zlib.error):
            held += zlib.decompress(found.group(1))
    return len(re.findall(rb"/Type\s*/Page\b", held + pdf))


def test_without_signing_in_nothing_is_printed(client: Any) -> None:
    assert client.post("/print/", order()).status_code == 302


def test_the_page_is_told_papers_and_limits(operator: Any) -> None:
    told = operator.get("/print/").json()
    assert [paper["slug"] for paper in told["papers"]] == list(PAPERS)
    assert told["dpi"] >= 150


@pytest.mark.parametrize("paper", PAPERS)
def test_a_map_becomes_a_sheet_of_the_paper(operator: Any, paper: str) -> None:
    answer = operator.post("/print/", order(paper, layers=",".join(HAVE[:1])))
    assert answer.status_code == 200, answer.content[:300]
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert pages(answer.content) == 1


def test_a_legend_that_is_too_long_goes_on_behind_the_map(operator: Any) -> None:
    answer = operator.post("/print/", order(layers=",".join(HAVE)))
    assert pages(answer.content) == 2
    told = document.context(plan(layers=HAVE), everything())
    assert told["legend"]
    assert len(told["legend"]) + len(told["more"]) == len(HAVE)


def test_who_printed_what_is_in_the_log(operator: Any) -> None:
    operator.post("/print/", order(layers=HAVE[0]))
    entry = AuditEntry.objects.filter(action="print").get()
    assert entry.detail["paper"] == "a4-landscape"
    assert entry.detail["layers"] == [HAVE[0]]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"paper": "a9"}, "paper"),
        ({"box": "1,2,3"}, "box"),
        ({"box": "a,b,c,d"}, "box"),
        ({"box": "106,19,105,20"}, "box"),
        ({"box": "nan,19,105,20"}, "box"),
        ({"title": "x" * 200}, "title"),
        ({"at": "yesterday"}, "at"),
        ({"picture": b"no picture"}, "picture"),
        ({"picture": b"\x89PNG\r\n\x1a\n"}, "picture"),
        ({"picture": png(PAPERS["a4-portrait"])}, "picture"),
    ],
)
def test_what_cannot_be_printed_is_refused_by_field(
    operator: Any, given: dict[str, Any], field: str
) -> None:
    paper = "a4-landscape"
    asked = order(paper, **{k: v for k, v in given.items() if k != "paper"})
    answer = operator.post("/print/", {**asked, "paper": given.get("paper", paper)})
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert answer.json()["problem"]


def test_a_picture_that_is_too_large_is_refused(
    operator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "MOST_PIXELS", 1_000)
    answer = operator.post("/print/", order())
    assert answer.status_code == 400
    monkeypatch.setattr(forms, "MOST_BYTES", 100)
    answer = operator.post("/print/", order())
    assert answer.status_code == 400


def test_only_layers_of_the_caller_stand_in_the_legend() -> None:
    assert len(document.context(plan(), everything())["legend"]) == 2
    assert document.context(plan(layers=("no-such",)), everything())["legend"] == []
    assert document.context(plan(), NOBODY)["legend"] == []


def test_a_layer_with_a_filter_says_so() -> None:
    legend = document.context(plan(), everything())["legend"]
    assert sum(entry["filtered"] for entry in legend) == 1


def test_every_sign_of_every_legend_can_be_drawn() -> None:
    for entry in document.context(plan(layers=HAVE), everything())["legend"]:
        for sign in entry["signs"]:
            assert sign["mark"].startswith("<svg")
            assert "currentColor" not in sign["mark"]


def test_the_sheet_names_time_zone_scale_sources_and_who() -> None:
    from django.template.loader import render_to_string

    with translation.override("en"):
        told = {**document.context(plan(), everything()), "faces": [], "font": "x"}
        html = render_to_string("printing/map.html", told)
    for part in ("Asia/Ho_Chi_Minh", "1 : ", "Sources:", "Printed by Operator"):
        assert part in html
    assert "Harbour" in html


def test_a_transparent_picture_lies_on_white() -> None:
    target = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(target, "PNG")
    assert document._inline(target.getvalue()).startswith("data:image/jpeg")
