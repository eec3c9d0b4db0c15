"""The evidence as GeoJSON (RFC 7946): every fix with where it came from, the ways
between them, silences, zones."""

from __future__ import annotations

from typing import Any

import orjson
import shapely
from shapely.geometry import mapping, shape

from .chart import tracks

GIVEN = (
    "no", "device_id", "branch", "at", "speed_kn", "course_deg", "heading_deg",
    "error_m", "status", "flags", "suspect", "inside", "message_type", "receiver",
    "received_at", "batch_id", "line_no", "digest",
)  # fmt: skip
DECIMALS = 1e-7


def collection(head: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """A FeatureCollection, WGS 84, longitude before latitude."""
    devices = {row["device_id"]: row["key"] for row in document["devices"]}
    hashes = {
        (line["batch_id"], line["line_no"]): line["sha256"] for line in document["raw"]
    }
    features = [
        *(_fix(fix, devices, hashes) for fix in document["fixes"]),
        *_ways(document),
        *(_zone(zone) for zone in document["zones"] if zone["geometry"]),
    ]
    return {
        "type": "FeatureCollection",
        "case": {
            "number": head["number"],
            "version": head["version"],
            "made_at": head["made_at"],
            "span": document["span"],
            "demo": head["demo"],
            "evidence_sha256": head["evidence_sha256"],
        },
        "features": features,
    }


def _fix(
    fix: dict[str, Any],
    devices: dict[int, str],
    hashes: dict[tuple[int, int], str],
) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": f"fix-{fix['no']}",
        "geometry": {"type": "Point", "coordinates": [fix["lon"], fix["lat"]]},
        "properties": {
            "feature": "fix",
            "device": devices.get(fix["device_id"], ""),
            "raw_sha256": hashes.get((fix["batch_id"], fix["line_no"])),
            **{name: fix[name] for name in GIVEN},
        },
    }


def _ways(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Runs of fixes without a silence as lines, each silence as a line of its own."""
    silent = {(gap["from"], gap["to"]): gap for gap in document["gaps"]}
    found = []
    for track in tracks(document["fixes"]):
        run: list[dict[str, Any]] = []
        for fix in track:
            gap = silent.get((run[-1]["no"], fix["no"])) if run else None
            if gap is not None:
                found += [*_line("way", run), *_line("silence", [run[-1], fix], gap)]
                run = []
            run.append(fix)
        found += _line("way", run)
    return found


def _line(
    name: str, run: list[dict[str, Any]], gap: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    if len(run) < 2:
        return []
    return [
        {
            "type": "Feature",
            "id": f"{name}-{run[0]['no']}",
            "geometry": {
                "type": "LineString",
                "coordinates": [[fix["lon"], fix["lat"]] for fix in run],
            },
            "properties": {
                "feature": name,
                "device_id": run[0]["device_id"],
                "branch": run[0]["branch"],
                "from": run[0]["at"],
                "to": run[-1]["at"],
                "hours": gap["hours"] if gap else None,
            },
        }
    ]


def _zone(zone: dict[str, Any]) -> dict[str, Any]:
    """Polygons with their outer ring anticlockwise, as the format wants."""
    geometry = shapely.orient_polygons(shape(zone["geometry"]), exterior_cw=False)
    plain = orjson.loads(orjson.dumps(mapping(geometry)))
    rest = {name: value for name, value in zone.items() if name != "geometry"}
    return {
        "type": "Feature",
        "id": f"zone-{zone['id']}",
        "geometry": plain,
        "properties": {"feature": "zone", **rest},
    }
