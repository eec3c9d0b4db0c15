"""The comparison as rows for pages, exports and for keeping: plain JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import shapely

from layers.units import topology

from .changes import Change
from .standing import Compared

if TYPE_CHECKING:
    from .switching import Outcome

# Degrees: about 10 m, finer than the map draws a border at the zoom of a province.
SHOWN = 1e-4


def table(compared: Compared) -> list[dict[str, Any]]:
    """A row for each change; ``id`` is what its outlines on the map are found by."""
    return [_row(at, change, compared) for at, change in enumerate(_changes(compared))]


def _changes(compared: Compared) -> list[Change]:
    return compared.result.changes


def _row(at: int, change: Change, compared: Compared) -> dict[str, Any]:
    old = compared.old[change.old] if change.old is not None else None
    new = compared.new[change.new] if change.new is not None else None
    shown = new or old
    return {
        "id": at,
        "fate": str(change.fate),
        "code": change.code,
        "title": shown.title if shown else "",
        "old_title": old.title if old else "",
        "old_id": old.id if old else None,
        "keeps": change.keeps,
        "ha_before": round(change.ha_before, 1),
        "ha_after": round(change.ha_after, 1),
        "gained_ha": round(change.gained_ha, 1),
        "lost_ha": round(change.lost_ha, 1),
        "merged": change.merged,
        "split": change.split,
        "parts": [
            {**asdict(part), "share": round(part.share, 4), "ha": round(part.ha, 1)}
            for part in change.parts
        ],
    }


def counts(rows: list[dict[str, Any]]) -> dict[str, int]:
    """How many rows of each fate, and how many units stay, end, begin, merge, split."""
    found = Counter(row["fate"] for row in rows)
    return {
        **found,
        "kept": sum(row["keeps"] for row in rows),
        "begin": sum(row["fate"] != "ended" and not row["keeps"] for row in rows),
        "merged": sum(row["merged"] for row in rows),
        "split": sum(row["split"] for row in rows),
    }


def kept(compared: Compared, outcome: Outcome) -> dict[str, Any]:
    """What is kept of a comparison once the set is in force."""
    return {
        "rows": table(compared),
        "difference": difference(compared),
        "done": {
            "created": len(outcome.created),
            "updated": len(outcome.updated),
            "unchanged": len(outcome.unchanged),
            "ended": len(outcome.ended),
            "lines": outcome.lines,
            "reparented": outcome.reparented,
        },
    }


def outlines(compared: Compared, which: str) -> dict[str, Any]:
    """GeoJSON of the old or the new outlines; the id is that of the row."""
    side: list[Any] = list(compared.old if which == "old" else compared.new)
    features = []
    for at, change in enumerate(_changes(compared)):
        index = change.old if which == "old" else change.new
        if index is None:
            continue
        unit = side[index]
        shape = unit.shape if which == "old" else topology.of_geos(unit.geom)
        facts = {"code": unit.code, "title": unit.title, "fate": str(change.fate)}
        features.append(_feature(at, shape, facts))
    return {"type": "FeatureCollection", "features": features}


def collection(found: Iterable[tuple[dict[str, Any], Any]]) -> dict[str, Any]:
    """GeoJSON of rows with the units that they are about."""
    features = [
        _feature(
            row["id"],
            topology.of_geos(unit.geom),
            {"code": unit.code, "title": unit.title, "fate": row["fate"]},
        )
        for row, unit in found
    ]
    return {"type": "FeatureCollection", "features": features}


def difference(compared: Compared) -> dict[str, Any]:
    """GeoJSON of the land that changes hands, largest piece first."""
    by_new = {c.new: at for at, c in enumerate(_changes(compared))}
    by_old = {c.old: at for at, c in enumerate(_changes(compared))}
    features: list[dict[str, Any]] = []
    for piece in compared.result.pieces:
        old = compared.old[piece.old].title if piece.old is not None else ""
        new = compared.new[piece.new].title if piece.new is not None else ""
        gaining = by_new.get(piece.new) if piece.new is not None else None
        losing = by_old.get(piece.old) if piece.old is not None else None
        facts = {
            "from": old,
            "to": new,
            "ha": round(piece.ha, 1),
            "gaining": gaining,
            "losing": losing,
        }
        features.append(_feature(len(features), piece.shape, facts))
    return {"type": "FeatureCollection", "features": features}


def _feature(at: int, shape: Any, facts: dict[str, Any]) -> dict[str, Any]:
    simple = shapely.simplify(shape, SHOWN)
    drawn = shapely.set_precision(simple, 1e-6, mode="pointwise")
    return {
        "type": "Feature",
        "id": at,
        "properties": {"row": at, **facts},
        "geometry": shapely.geometry.mapping(drawn),
    }
