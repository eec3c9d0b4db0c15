"""A picture as the page would send it, and what goes with it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from gis_ioc.printing.papers import PAPERS, Paper


def png(paper: Paper, per_mm: float = 2.0) -> bytes:
    size = (round(paper.map_width * per_mm), round(paper.map_height * per_mm))
    target = io.BytesIO()
    Image.new("RGBA", size, (200, 220, 235, 255)).save(target, "PNG")
    return target.getvalue()


def order(paper: str = "a4-landscape", **given: Any) -> dict[str, Any]:
    """The form of a print; ``picture`` may be other bytes."""
    data = given.pop("picture", png(PAPERS[paper]))
    return {
        "paper": paper,
        "title": "Harbour",
        "box": "105.2,19.3,106.4,20.1",
        "layers": "",
        "filtered": "",
        "at": "",
        "picture": SimpleUploadedFile("map.png", data, "image/png"),
        **given,
    }


@pytest.fixture
def operator(client: Any, cast: Any) -> Any:
    client.force_login(cast["operator"])
    return client
