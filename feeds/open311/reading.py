"""GeoReport v2 service requests to reports. Pure.

http://wiki.open311.org/GeoReport_v2 : POST /requests takes a form; other systems
send the same names as JSON, or a list as GET /requests gives it.
"""

from __future__ import annotations

import hashlib
import math
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from layers.citizen_reports.choices import Category, Channel
from layers.citizen_reports.services import NewReport

SPACE = uuid.UUID("8f6d3c6e-6f0b-5d57-9d4b-0a2f6f0c3110")
MAX_TEXT = 4_000
MAX_PHOTOS = 10
MAX_ENTRIES = 5_000
# Where a report can come from at all: the country with its sea, degrees.
WEST, SOUTH, EAST, NORTH = 100.0, 6.0, 118.0, 25.0
AHEAD = timedelta(minutes=10)


class Unreadable(Exception):
    """A request that cannot become a report; ``reason`` is a word of the counts."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def request_id(source: str, body: bytes, key: str = "") -> str:
    """The id of a request: the same sender, the same key (or the same bytes), the
    same id. A sender that lost our answer and asks again makes no second report."""
    name = key or hashlib.sha256(body).hexdigest()
    return uuid.uuid5(SPACE, f"{source}\n{name}").hex


def entries(body: bytes, content_type: str = "") -> Iterator[Mapping[str, Any]]:
    """The service requests inside a body, as plain mappings.

    Unreadable when the body as a whole is none.
    """
    text = body.strip()
    if "json" in content_type or text[:1] in (b"{", b"["):
        yield from _json(text)
        return
    try:
        fields = parse_qs(text.decode("utf-8"), max_num_fields=100)
    except ValueError as error:
        raise Unreadable("not_form", str(error)[:200]) from None
    if not fields:
        raise Unreadable("empty")
    single = {name: values[-1] for name, values in fields.items()}
    photos = fields.get("media_url", []) + fields.get("media_url[]", [])
    yield {**single, "media_url": photos}


def _json(text: bytes) -> Iterator[Mapping[str, Any]]:
    try:
        body = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Unreadable("not_json", str(error)[:200]) from None
    if isinstance(body, dict) and isinstance(body.get("service_requests"), list):
        body = body["service_requests"]
    found = body if isinstance(body, list) else [body]
    if not found or len(found) > MAX_ENTRIES:
        raise Unreadable("empty" if not found else "too_many")
    for entry in found:
        yield entry if isinstance(entry, dict) else {}


def read(
    entry: Mapping[str, Any], *, source: str, own_id: str, received_at: datetime
) -> NewReport:
    """One service request as a report; ``own_id`` unless it names itself.

    Unreadable with a named reason.
    """
    description = _text(entry, "description")
    category = _text(entry, "service_code").lower()
    if not description:
        raise Unreadable("no_description")
    if category not in Category.values:
        raise Unreadable("unknown_service", category[:60])
    lon, lat = _position(entry)
    return NewReport(
        source=source,
        external_id=(_text(entry, "service_request_id") or own_id)[:80],
        category=category,
        description=description[:MAX_TEXT],
        requested_at=_time(entry, received_at),
        lon=lon,
        lat=lat,
        channel=_channel(entry),
        address=_text(entry, "address_string") or _text(entry, "address"),
        photos=_photos(entry),
        reporter_name=_name(entry),
        reporter_phone=_text(entry, "phone"),
        reporter_email=_text(entry, "email"),
    )


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    return str(value).replace("\x00", "").strip()


def _position(entry: Mapping[str, Any]) -> tuple[float, float]:
    try:
        lon, lat = float(_text(entry, "long")), float(_text(entry, "lat"))
    except ValueError:
        raise Unreadable("no_position", "lat and long in degrees") from None
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise Unreadable("no_position", "lat and long in degrees")
    if not (WEST <= lon <= EAST and SOUTH <= lat <= NORTH):
        raise Unreadable("outside", f"{lon}, {lat}")
    return lon, lat


def _time(entry: Mapping[str, Any], received_at: datetime) -> datetime:
    """``requested_datetime`` of a system that passes reports on, else now.

    W3C date-time with its zone; one without is read as UTC.
    """
    text = _text(entry, "requested_datetime")
    if not text:
        return received_at
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable("bad_time", text[:60]) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment > received_at + AHEAD:
        raise Unreadable("time_ahead", text[:60])
    return moment


def _channel(entry: Mapping[str, Any]) -> str:
    named = _text(entry, "channel").lower()
    if named in Channel.values:
        return named
    return Channel.APP if _text(entry, "device_id") else Channel.PARTNER


def _photos(entry: Mapping[str, Any]) -> tuple[str, ...]:
    value = entry.get("media_url")
    found = value if isinstance(value, list) else [value]
    return tuple(
        url
        for url in found
        if isinstance(url, str)
        and len(url) <= 300
        and urlsplit(url).scheme in ("http", "https")
    )[:MAX_PHOTOS]


def _name(entry: Mapping[str, Any]) -> str:
    """Family name first, as names are written here."""
    parts = (_text(entry, "last_name"), _text(entry, "first_name"))
    return " ".join(part for part in parts if part)
