"""``/api/v1/tracks``: tracks of vessels, playback, export."""

from __future__ import annotations

import gzip
from datetime import datetime, timedelta
from typing import Any

import msgpack
import numpy as np
import orjson
import zstandard
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field as Param

from layers.core import params
from layers.core.api import REFUSED, grant_of, parse_bbox
from layers.core.params import ParamError

from . import export, playback, queries, raw
from .params import LEVELS_M
from .playback import TooMuch, Wish
from .points import Points
from .queries import Gap, Track

PREFIX = "tracks"
router = Router(tags=["tracks"])

RAW_DAYS = 2
MOST_RAW = 200_000
LONGEST = timedelta(days=366 * 10)


class Span(Schema):
    """A span of time, both ends included."""

    since: str = Param(..., alias="from", description="ISO 8601 with zone")
    until: str = Param(..., alias="to", description="ISO 8601 with zone")


class PlaybackParams(Span):
    ids: str = Param("", description="numbers of vessels, comma-separated")
    bbox: str = Param("", description="west,south,east,north in degrees")
    filter: str = Param("", description="CQL2 over the layer's filter fields")
    filter_lang: str = Param("", alias="filter-lang")
    level_m: int = Param(0, description="50, 250 or 1000; 0: by the span")


class TrackParams(Span):
    tolerance_m: float | None = Param(
        None, ge=0, le=100_000, description="how far fixes may be from the line"
    )
    raw: bool = Param(False, description="the reported fixes, whatever the span")


def span_of(given: Span) -> tuple[datetime, datetime]:
    try:
        since = params.parse_moment(given.since, "from")
        until = params.parse_moment(given.until, "to")
    except ParamError as error:
        raise HttpError(400, str(error)) from None
    if since > until:
        raise HttpError(400, "to: the span ends before it begins")
    if until - since > LONGEST:
        raise HttpError(400, "to: the span is longer than ten years")
    return since, until


def vessel_or_404(request: HttpRequest, vessel_id: int) -> dict[str, Any]:
    found = queries.vessel(grant_of(request), vessel_id)
    if found is None:
        raise HttpError(404, f"no vessel {vessel_id}")
    return found


def find(
    request: HttpRequest, vessel_id: int, since: datetime, until: datetime,
    given: TrackParams,
) -> Track:  # fmt: skip
    """The fixes themselves where they are few, else the level that fits."""
    if given.tolerance_m is None or given.raw:
        short = until - since <= timedelta(days=RAW_DAYS)
        if short or given.raw:
            devices = raw.fitted(vessel_id, since, until)
            most = MOST_RAW if given.raw else queries.MOST_POINTS
            number = raw.count(devices, since, until, most + 1)
            if number <= most:
                return raw.track(devices, since, until)
            if given.raw:
                raise HttpError(
                    400, f"raw: more than {MOST_RAW:,} fixes; ask for a shorter span"
                )
    return queries.settled(
        grant_of(request), vessel_id, since, until, given.tolerance_m
    )


@router.get("/playback")
def play_back(request: HttpRequest, given: Query[PlaybackParams]) -> HttpResponse:
    """Tracks of all vessels, of some, or within a box, for a span.

    ``vessels`` are columns; ``tracks`` are runs without a break: ``vessel`` is an
    index into them, ``count`` how many ``points`` belong to it. Of every run the
    first point is whole, the others differences to the one before: ``at`` seconds
    since ``from``, ``lon`` and ``lat`` in 1/``degree`` degrees. ``next``: go on from
    there with the same ``to``. With ``Accept: application/msgpack`` the columns of
    numbers are int32, little-endian, as binary.
    """
    grant = grant_of(request)
    if not grant.allows(queries.own_layer()):
        raise HttpError(404, "no layer 'tracks'")
    wish = wish_of(given)
    try:
        found = playback.page(grant, wish)
    except (TooMuch, *REFUSED) as error:
        raise HttpError(400, str(error).splitlines()[0]) from None
    request.audit(  # type: ignore[attr-defined]
        "view", layer=queries.own_layer().slug, playback=True,
        since=wish.since.isoformat(), until=wish.until.isoformat(), filter=given.filter,
        ids=given.ids[:1000], bbox=given.bbox, vessels=len(found["vessels"]["id"]),
    )  # fmt: skip
    return packed(request, found)


def wish_of(given: PlaybackParams) -> Wish:
    since, until = span_of(given)
    try:
        ids = tuple(int(part) for part in given.ids.split(",") if part.strip())
    except ValueError:
        raise HttpError(400, "ids: numbers of vessels, comma-separated") from None
    if given.level_m not in (0, *LEVELS_M):
        raise HttpError(400, f"level_m: one of {', '.join(map(str, LEVELS_M))}, or 0")
    layer = queries.own_layer()
    texts = {"filter": given.filter, "filter-lang": given.filter_lang}
    try:
        wanted = params.parse(texts, layer, [], 1)
    except ParamError as error:
        raise HttpError(400, str(error)) from None
    return Wish(
        since=since, until=until, ids=ids, bbox=parse_bbox(given.bbox), wanted=wanted,
        level_m=given.level_m,
    )  # fmt: skip


MSGPACK = "application/msgpack"


def packed(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    """As JSON, or MessagePack where the client asks for it; compressed if it can."""
    if MSGPACK in request.headers.get("Accept", ""):
        data, kind = msgpack.packb(body, default=_binary), MSGPACK
    else:
        data = orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY)
        kind = "application/json"
    accepted = request.headers.get("Accept-Encoding", "")
    response = HttpResponse(content_type=kind)
    response["Vary"] = "Accept, Accept-Encoding"
    if "zstd" in accepted:
        data = zstandard.ZstdCompressor(level=3).compress(data)
        response["Content-Encoding"] = "zstd"
    elif "gzip" in accepted:
        data = gzip.compress(data, compresslevel=1)
        response["Content-Encoding"] = "gzip"
    response.content = data
    return response


def _binary(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.astype("<i4").tobytes()
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value)} cannot be written")


@router.get("/{int:vessel_id}.{fmt}")
def export_track(
    request: HttpRequest, vessel_id: int, fmt: str, given: Query[Span]
) -> StreamingHttpResponse:
    """Every reported fix of a span as csv, geojson or gpx, with what was thought of
    it and who received it."""
    since, until = span_of(given)
    vessel = vessel_or_404(request, vessel_id)
    if fmt not in export.FORMATS:
        raise HttpError(404, f"formats are: {', '.join(export.FORMATS)}")
    request.audit(  # type: ignore[attr-defined]
        "export", layer=queries.own_layer().slug, feature_id=vessel_id, format=fmt,
        since=since.isoformat(), until=until.isoformat(),
    )  # fmt: skip
    write, kind = export.FORMATS[fmt]
    rows = export.fixes(raw.fitted(vessel_id, since, until), since, until)
    title = str(vessel["properties"]["title"])
    response = StreamingHttpResponse(write(rows, title), content_type=kind)
    name = f"track-{vessel_id}-{since:%Y%m%d}.{fmt}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@router.get("/{int:vessel_id}")
def show_track(
    request: HttpRequest, vessel_id: int, given: Query[TrackParams]
) -> HttpResponse:
    """The track of one vessel as columns: pieces without a break, silences, and the
    fixes that are not believed. ``level_m`` says how far the reported fixes may be
    from the line at their time; 0: these are the fixes."""
    since, until = span_of(given)
    vessel = vessel_or_404(request, vessel_id)
    found = find(request, vessel_id, since, until, given)
    request.audit(  # type: ignore[attr-defined]
        "view", layer=queries.own_layer().slug, feature_id=vessel_id,
        since=since.isoformat(), until=until.isoformat(), level_m=found.level_m,
    )  # fmt: skip
    body = {
        "vessel": {"id": vessel["id"], **vessel["properties"]},
        "from": since,
        "to": until,
        **as_json(found),
        "source": str(queries.own_layer().source),
        "generated_at": timezone.now(),
    }
    options = orjson.OPT_SERIALIZE_NUMPY
    return HttpResponse(orjson.dumps(body, option=options), "application/json")


def as_json(found: Track) -> dict[str, Any]:
    return {
        "level_m": found.level_m,
        "pieces": [
            {
                "device": stretch.device_id,
                "kind": stretch.kind,
                "branch": stretch.branch,
                "segment": stretch.segment,
                **columns(stretch.points),
            }
            for stretch in found.stretches
        ],
        "gaps": [gap_as_json(gap) for gap in found.gaps],
        "suspects": suspects_as_json(found),
        "counts": {
            "fixes": found.fixes,
            "points": found.size,
            "pieces": len(found.stretches),
            "gaps": len(found.gaps),
            "suspects": len(found.suspects),
        },
    }


def gap_as_json(gap: Gap) -> dict[str, Any]:
    at, lon, lat = gap.points.at, gap.points.lon, gap.points.lat
    return {
        "device": gap.device_id,
        "from": round(float(at[0]), 2),
        "to": round(float(at[1]), 2),
        "lon1": round(float(lon[0]), 6),
        "lat1": round(float(lat[0]), 6),
        "lon2": round(float(lon[1]), 6),
        "lat2": round(float(lat[1]), 6),
        "hours": round(float(at[1] - at[0]) / 3600, 2),
    }


def suspects_as_json(found: Track) -> list[dict[str, Any]]:
    points = found.suspects
    return [
        {
            "at": round(float(at), 2),
            "lon": round(float(lon), 6),
            "lat": round(float(lat), 6),
            "reasons": queries.reasons_of(int(flags)),
        }
        for at, lon, lat, flags in zip(
            points.at, points.lon, points.lat, found.reasons, strict=True
        )
    ]


def columns(points: Points) -> dict[str, Any]:
    """Epoch seconds, degrees, knots, degrees; null where not said."""
    return {
        "at": np.round(points.at, 2),
        "lon": np.round(points.lon, 6),
        "lat": np.round(points.lat, 6),
        "speed_kn": np.round(points.speed_kn, 1),
        "course_deg": np.round(points.course_deg, 1),
    }
