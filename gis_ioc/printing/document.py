"""A map as a PDF: the picture, and round it all that makes a picture a map."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from PIL import Image

from gis_ioc import icons
from layers.core import catalog, pdf, queries
from layers.core.scope import Grant
from layers.core.spec import Layer, registry

from . import frame
from .frame import Box
from .papers import EDGE_MM, Paper

JPEG_QUALITY = 90
# Signs that no icon draws, beside "fill".
LINES = {"line", "dash"}


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be printed. ``at`` is the moment that the map shows, ``None``: now;
    ``layers`` are those drawn, ``filtered`` those of which a part is."""

    paper: Paper
    title: str
    box: Box
    picture: bytes
    layers: tuple[str, ...]
    filtered: tuple[str, ...]
    at: datetime | None
    who: str


def render(order: Order, grant: Grant) -> bytes:
    """The PDF, in the active language; layers beyond the grant are left out."""
    return pdf.render("printing/map.html", context(order, grant))


def shown(order: Order, grant: Grant) -> list[Layer]:
    """The layers of the order that the caller may see, in the order of the menu."""
    allowed = {layer.slug for layer in grant.visible_layers}
    found = [registry[slug] for slug in order.layers if slug in allowed]
    return sorted(dict.fromkeys(found), key=lambda layer: layer.order)


def context(order: Order, grant: Grant) -> dict[str, Any]:
    layers = shown(order, grant)
    now = timezone.now()
    per_mm = frame.metres_per_mm(order.box, order.paper)
    entries = [_entry(layer, order, grant, now) for layer in layers]
    fitted = entries[: fitting(entries, order.paper)]
    return {
        "language": get_language(),
        "paper": order.paper,
        "edge_mm": EDGE_MM,
        "title": order.title,
        "province": settings.IOC_PROVINCE,
        "picture": _inline(order.picture),
        "edge": mark_safe(frame.edge(order.box, order.paper)),  # noqa: S308 - ours
        "bar": mark_safe(frame.scale_bar(order.box, order.paper)),  # noqa: S308 - ours
        "scale": rounded(per_mm * 1000),
        "legend": fitted,
        "more": entries[len(fitted) :],
        "sources": list(
            dict.fromkeys(str(layer.source) for layer in layers if layer.source)
        ),
        "at": order.at or now,
        "past": order.at is not None,
        "made_at": now,
        "who": order.who,
        "zone": settings.TIME_ZONE,
        "demo": settings.IOC_DEMO,
    }


def fitting(entries: list[dict[str, Any]], paper: Paper) -> int:
    """How many layers find room beside the map; the others go to a second page."""
    left = paper.legend_lines
    for number, entry in enumerate(entries):
        labels = [entry["title"], *(sign["label"] for sign in entry["signs"])]
        left -= sum(ceil(len(label) / paper.legend_letters) for label in labels) + 2
        if left < 0:
            return number
    return len(entries)


def rounded(number: float) -> int:
    """To three figures: nobody measures a scale more closely."""
    digits = 3 - len(str(int(number)))
    return int(round(number, min(0, digits)))


def _entry(layer: Layer, order: Order, grant: Grant, now: datetime) -> dict[str, Any]:
    newest = None if order.at else queries.newest(layer, grant)
    limit = layer.freshness if layer.ingest else None
    # what nothing feeds is not late because nothing new came
    old = newest is not None and limit is not None and now - newest > limit
    return {
        "title": str(layer.title),
        "filtered": layer.slug in order.filtered,
        "newest": newest,
        "stale": old,
        "signs": [
            {"label": sign["label"], "mark": mark(sign)}
            for sign in catalog.legend(layer)
        ],
    }


def mark(sign: dict[str, Any]) -> SafeString:
    """A sign of a legend as SVG, in the colour that it has on light ground."""
    colour = escape(sign.get("color_light") or sign.get("color") or "#444")
    shape = sign["shape"]
    if shape == "fill":
        return _svg(
            f'<rect x="2" y="5" width="20" height="14" rx="2" fill="{colour}"'
            f' fill-opacity="0.4" stroke="{colour}" stroke-width="2"/>'
        )
    if shape in LINES:
        dashes = ' stroke-dasharray="5 3"' if shape == "dash" else ""
        return _svg(f'<path d="M1 12H23" stroke="{colour}" stroke-width="4"{dashes}/>')
    documents = icons.documents()
    name = sign.get("icon") or f"shape-{shape}"
    found = documents.get(name) or documents.get(f"shape-{name}")
    text = found or documents["shape-circle"]
    return mark_safe(text.replace("currentColor", colour))  # noqa: S308 - our sheet


def _svg(inner: str) -> SafeString:
    return mark_safe(  # noqa: S308 - drawn here
        '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24"'
        f' viewBox="0 0 24 24">{inner}</svg>'
    )


def _inline(picture: bytes) -> str:
    """The picture as JPEG, which is a tenth as large, in a ``data:`` address."""
    target = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        flat = Image.new("RGB", image.size, "white")
        flat.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
        flat.save(target, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return "data:image/jpeg;base64," + base64.b64encode(target.getvalue()).decode()
