"""A message as CAP 1.2 XML: elements in the order of the schema, the same bytes for
the same message."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from zoneinfo import ZoneInfo

from django.conf import settings

from .model import NAMESPACE, Area, Info, Message, Reference, Ring

# About 1 m.
DIGITS = 5
# XML 1.0 has no way to say these.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def moment(at: datetime) -> str:
    """As the schema demands: whole seconds and an offset, never Z."""
    local = at.astimezone(ZoneInfo(settings.TIME_ZONE))
    return local.isoformat(timespec="seconds")


def write(message: Message) -> bytes:
    """The document, UTF-8."""
    root = Element("alert", xmlns=NAMESPACE)
    _texts(
        root,
        [
            ("identifier", message.identifier),
            ("sender", message.sender),
            ("sent", moment(message.sent)),
            ("status", message.status),
            ("msgType", message.kind),
            ("source", message.source),
            ("scope", message.scope),
            ("restriction", message.restriction),
            ("note", message.note),
            ("references", " ".join(_reference(r) for r in message.references)),
        ],
    )
    for info in message.infos:
        _info(root, info)
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _texts(parent: Element, pairs: Iterable[tuple[str, str]]) -> None:
    for name, text in pairs:
        if text:
            SubElement(parent, name).text = _CONTROL.sub("", text)


def _reference(reference: Reference) -> str:
    return f"{reference.sender},{reference.identifier},{moment(reference.sent)}"


def _info(root: Element, info: Info) -> None:
    element = SubElement(root, "info")
    times = [("effective", info.effective), ("onset", info.onset)]
    times.append(("expires", info.expires))
    _texts(
        element,
        [
            ("language", info.language),
            *(("category", name) for name in info.categories),
            ("event", info.event),
            *(("responseType", name) for name in info.responses),
            ("urgency", info.urgency),
            ("severity", info.severity),
            ("certainty", info.certainty),
        ],
    )
    _pairs(element, "eventCode", info.event_codes)
    _texts(element, [(name, moment(at)) for name, at in times if at is not None])
    _texts(
        element,
        [
            ("senderName", info.sender_name),
            ("headline", info.headline),
            ("description", info.description),
            ("instruction", info.instruction),
            ("web", info.web),
            ("contact", info.contact),
        ],
    )
    _pairs(element, "parameter", info.parameters)
    for area in info.areas:
        _area(element, area)


def _pairs(parent: Element, name: str, pairs: Iterable[tuple[str, str]]) -> None:
    for key, value in pairs:
        entry = SubElement(parent, name)
        # both are needed, an empty value too
        SubElement(entry, "valueName").text = _CONTROL.sub("", key)
        SubElement(entry, "value").text = _CONTROL.sub("", value)


def _area(parent: Element, area: Area) -> None:
    element = SubElement(parent, "area")
    _texts(element, [("areaDesc", area.description)])
    for ring in area.polygons:
        SubElement(element, "polygon").text = _ring(ring)
    for circle in area.circles:
        place = f"{circle.lat:.{DIGITS}f},{circle.lon:.{DIGITS}f}"
        SubElement(element, "circle").text = f"{place} {circle.radius_km:g}"
    _pairs(element, "geocode", area.geocodes)


def _ring(ring: Ring) -> str:
    """Pairs ``lat,lon``; at least four, the first again as the last."""
    pairs = [f"{lat:.{DIGITS}f},{lon:.{DIGITS}f}" for lon, lat in ring]
    if pairs[0] != pairs[-1]:
        pairs.append(pairs[0])
    return " ".join(pairs)
