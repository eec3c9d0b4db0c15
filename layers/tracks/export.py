"""A vessel's fixes as files: what was reported, what was thought of it, by whom."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

import orjson
from django.db import connection, transaction

from layers.vessels.flags import Flag

from .raw import Fitted

CHUNK = 2_000
HEADER = (
    "at", "lon", "lat", "speed_kn", "course_deg", "heading_deg", "error_m", "device",
    "kind", "branch", "flags", "source", "received_at", "digest",
)  # fmt: skip

_FIXES = """
SELECT f.at, f.lon, f.lat, f.speed_kn, f.course_deg, f.heading_deg, f.error_m, d.key,
    d.kind, f.branch, f.flags, r.name, f.received_at, f.digest
FROM unnest(%s::bigint[], %s::smallint[], %s::timestamptz[], %s::timestamptz[])
    AS w (device_id, branch, since, until)
JOIN vessels_fix f ON f.device_id = w.device_id AND f.branch = w.branch
    AND f.at BETWEEN w.since AND w.until
JOIN vessels_device d ON d.id = f.device_id
LEFT JOIN vessels_receiver r ON r.id = f.receiver_id
WHERE f.at BETWEEN %s::timestamptz AND %s::timestamptz
ORDER BY f.at, d.key, f.digest
"""

Row = tuple[Any, ...]


def fixes(devices: Fitted, since: datetime, until: datetime) -> Iterator[Row]:
    """Every stored fix of the span in order of time, as in ``HEADER``; ``flags`` are
    their names."""
    columns = [[row[i] for row in devices] for i in (0, 1, 3, 4)]
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_FIXES, [*columns, since, until])
        while chunk := cursor.fetchmany(CHUNK):
            for row in chunk:
                yield _readable(row)


def _readable(row: Row) -> Row:
    numbers = (None if value is None or value != value else value for value in row[3:7])
    names = " ".join(str(flag.name).lower() for flag in Flag if flag & row[10])
    return (*row[:3], *numbers, *row[7:10], names, *row[11:])


def write_csv(rows: Iterator[Row], title: str) -> Iterator[bytes]:
    """One line per fix; times in UTC."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for number, row in enumerate(rows):
        at, received = _utc(row[0]), _utc(row[12])
        writer.writerow((at, *row[1:12], received, row[13]))
        if number % CHUNK == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def write_geojson(rows: Iterator[Row], title: str) -> Iterator[bytes]:
    """One point per fix."""
    yield b'{"type":"FeatureCollection","name":' + orjson.dumps(title)
    yield b',"features":['
    comma = b""
    for row in rows:
        named = dict(zip(HEADER, row, strict=True))
        lon, lat = named.pop("lon"), named.pop("lat")
        named["at"], named["received_at"] = _utc(row[0]), _utc(row[12])
        # 64 bits are more than a number of JavaScript holds
        named["digest"] = str(named["digest"])
        feature = {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": named,
        }
        yield comma + orjson.dumps(feature)
        comma = b",\n"
    yield b"]}"


def write_gpx(rows: Iterator[Row], title: str) -> Iterator[bytes]:
    """GPX 1.1, one track; a fix that is doubted says so in its comment."""
    name = escape(title)
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gpx version="1.1" creator="GIS-IOC"'
        ' xmlns="http://www.topografix.com/GPX/1/1">\n'
        f"<trk><name>{name}</name><trkseg>\n"
    ).encode()
    for at, lon, lat, *_said, device, kind, _branch, flags, source, _r, _d in rows:
        note = f"<cmt>{escape(flags)}</cmt>" if flags else ""
        where = escape(f"{kind} {device} {source or ''}".strip())
        yield (
            f'<trkpt lat="{lat:.6f}" lon="{lon:.6f}"><time>{_utc(at)}</time>'
            f"{note}<src>{where}</src></trkpt>\n"
        ).encode()
    yield b"</trkseg></trk></gpx>\n"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


FORMATS = {
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "geojson": (write_geojson, "application/geo+json"),
    "gpx": (write_gpx, "application/gpx+xml"),
}
