"""CAP documents of others, read: 1.2, and what is the same in 1.1 and 1.0.

What the standard demands and a message lacks is refused with words; what is only odd
(an unknown category, a time without offset) is read as well as it can be.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from xml.etree.ElementTree import Element, ParseError
from zoneinfo import ZoneInfo

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.conf import settings

from .model import (
    CATEGORIES,
    CERTAINTIES,
    KINDS,
    NAMESPACE,
    OLDER,
    RESPONSES,
    SCOPES,
    SEVERITIES,
    STATUSES,
    URGENCIES,
    Area,
    Circle,
    Info,
    Message,
    Reference,
    Ring,
)

MOST_BYTES = 5_000_000
MOST_POINTS = 20_000
# In 1.0 and 1.1 the surest was called so.
OLD_CERTAINTY = {"Very Likely": "Likely"}


class CapError(ValueError):
    """No CAP message; ``reason`` is a word for the counts, the text says more."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


def read(body: bytes) -> list[Message | CapError]:
    """Every message in a document, in its order: one alert, or alerts inside an Atom or
    RSS feed or an EDXL distribution; for one that cannot be read, why. Raises CapError
    when there is none at all."""
    if len(body) > MOST_BYTES:
        raise CapError("too_large", f"over {MOST_BYTES} bytes")
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise CapError("not_xml", str(error)[:200]) from None
    found = [_read(element, name) for element, name in _alerts(root)]
    if not found:
        raise CapError("not_cap", f"the document is <{_local(root)}>")
    return found


def _read(element: Element, space: str) -> Message | CapError:
    try:
        return _message(element, space)
    except CapError as error:
        return error


def _alerts(root: Element) -> Iterator[tuple[Element, str]]:
    for space in (NAMESPACE, *OLDER):
        for element in root.iter(f"{{{space}}}alert"):
            yield element, space


def _local(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


class _Reader:
    """The children of an element, by their local names."""

    def __init__(self, element: Element, space: str) -> None:
        self.element = element
        self.space = space

    def all(self, name: str) -> list[Element]:
        return self.element.findall(f"{{{self.space}}}{name}")

    def text(self, name: str) -> str:
        found = self.all(name)
        return " ".join((found[0].text or "").split()) if found else ""

    def body(self, name: str) -> str:
        """With its line breaks."""
        found = self.all(name)
        return (found[0].text or "").strip() if found else ""

    def texts(self, name: str) -> tuple[str, ...]:
        found = ((element.text or "").strip() for element in self.all(name))
        return tuple(text for text in found if text)

    def word(self, name: str, allowed: tuple[str, ...]) -> str:
        """A word of the standard, demanded."""
        text = self.text(name)
        if text not in allowed:
            raise CapError(f"bad_{name}", text[:60] or "missing")
        return text

    def grade(self, name: str, allowed: tuple[str, ...]) -> str:
        """A grade; what is none of the standard's is unknown."""
        text = OLD_CERTAINTY.get(self.text(name), self.text(name))
        return text if text in allowed else "Unknown"

    def time(self, name: str) -> datetime | None:
        text = self.text(name)
        return _time(text, name) if text else None

    def needed(self, name: str) -> str:
        text = self.text(name)
        if not text:
            raise CapError(f"no_{name}")
        return text

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        found = []
        for element in self.all(name):
            pair = _Reader(element, self.space)
            # in 1.0 written as name=value
            key, value = pair.text("valueName"), pair.text("value")
            if not key and "=" in (element.text or ""):
                key, _equals, value = (element.text or "").strip().partition("=")
            if key:
                found.append((key, value))
        return tuple(found)


def _time(text: str, name: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise CapError(f"bad_{name}", text[:60]) from None
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))


def _message(element: Element, space: str) -> Message:
    of = _Reader(element, space)
    sent = of.time("sent")
    if sent is None:
        raise CapError("no_sent")
    scope = of.text("scope")
    return Message(
        identifier=of.needed("identifier"),
        sender=of.needed("sender"),
        sent=sent,
        status=of.word("status", STATUSES),
        kind=of.word("msgType", KINDS),
        scope=scope if scope in SCOPES else "Public",
        restriction=of.text("restriction"),
        source=of.text("source"),
        note=of.body("note"),
        references=tuple(_references(of.text("references"))),
        infos=tuple(_info(entry, space) for entry in of.all("info")),
    )


def _references(text: str) -> Iterator[Reference]:
    """``sender,identifier,sent`` parted by spaces; broken ones are passed over."""
    for part in text.split():
        pieces = part.split(",")
        if len(pieces) == 3:
            try:
                yield Reference(pieces[0], pieces[1], _time(pieces[2], "references"))
            except CapError:
                continue


def _info(element: Element, space: str) -> Info:
    of = _Reader(element, space)
    categories = tuple(name for name in of.texts("category") if name in CATEGORIES)
    return Info(
        event=of.text("event") or of.text("headline") or "—",
        language=of.text("language") or "en-US",
        categories=categories or ("Other",),
        responses=tuple(name for name in of.texts("responseType") if name in RESPONSES),
        urgency=of.grade("urgency", URGENCIES),
        severity=of.grade("severity", SEVERITIES),
        certainty=of.grade("certainty", CERTAINTIES),
        event_codes=of.pairs("eventCode"),
        effective=of.time("effective"),
        onset=of.time("onset"),
        expires=of.time("expires"),
        sender_name=of.text("senderName"),
        headline=of.text("headline"),
        description=of.body("description"),
        instruction=of.body("instruction"),
        web=of.text("web"),
        contact=of.text("contact"),
        parameters=of.pairs("parameter"),
        areas=tuple(_area(entry, space) for entry in of.all("area")),
    )


def _area(element: Element, space: str) -> Area:
    of = _Reader(element, space)
    return Area(
        description=of.text("areaDesc"),
        polygons=tuple(_ring(text) for text in of.texts("polygon")),
        circles=tuple(_circle(text) for text in of.texts("circle")),
        geocodes=of.pairs("geocode"),
    )


def _ring(text: str) -> Ring:
    pairs = text.split()
    if len(pairs) > MOST_POINTS:
        raise CapError("bad_polygon", f"over {MOST_POINTS} points")
    ring = tuple(_place(pair, "polygon") for pair in pairs)
    if len(ring) < 4:
        raise CapError("bad_polygon", "fewer than four points")
    return ring if ring[0] == ring[-1] else (*ring, ring[0])


def _circle(text: str) -> Circle:
    parts = text.split()
    if len(parts) != 2:
        raise CapError("bad_circle", text[:60])
    lon, lat = _place(parts[0], "circle")
    radius = _number(parts[1], "circle")
    if not 0 <= radius <= 20_000:
        raise CapError("bad_circle", text[:60])
    return Circle(lon, lat, radius)


def _place(pair: str, name: str) -> tuple[float, float]:
    lat_text, comma, lon_text = pair.partition(",")
    if not comma:
        raise CapError(f"bad_{name}", pair[:60])
    lat, lon = _number(lat_text, name), _number(lon_text, name)
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise CapError(f"bad_{name}", pair[:60])
    return lon, lat


def _number(text: str, name: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise CapError(f"bad_{name}", text[:60]) from None
    if not math.isfinite(value):
        raise CapError(f"bad_{name}", text[:60])
    return value
