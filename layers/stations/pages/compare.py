"""Comparing stations: which, and what can be compared."""

from __future__ import annotations

from typing import Any

from layers.core import queries
from layers.core.queries import FeatureQuery
from layers.core.scope import Grant
from layers.stations.kinds import Kind
from layers.stations.layer import LAYER
from layers.stations.models import Series, Station
from layers.stations.parameters import CATALOGUE

# More lines than that cannot be told apart.
MOST = 8
MOST_PARAMETERS = 12
MOST_OFFERED = 2_000


def names(text: str) -> list[str]:
    """Parameters of ``?p=COD,TSS``; names that the catalogue lacks are left out."""
    found = dict.fromkeys(name.strip() for name in text.split(","))
    return [name for name in found if name in CATALOGUE][:MOST_PARAMETERS]


def ids(text: str) -> list[int]:
    """Stations of ``?s=1,2``, each once, MOST at most."""
    parts = [part.strip() for part in text.split(",")]
    numbers = [int(part) for part in parts if part.isdecimal() and len(part) <= 18]
    return list(dict.fromkeys(numbers))[:MOST]


def stations(grant: Grant, text: str) -> list[Station]:
    """The stations of an address that the caller may see, in its order."""
    asked = ids(text)
    if not asked:
        return []
    query = FeatureQuery(ids=tuple(asked), fields=(), limit=MOST)
    seen = {row["id"] for row in queries.features(LAYER, grant, query)}
    found = Station.objects.in_bulk(list(seen))
    return [found[pk] for pk in asked if pk in found]


def offered(grant: Grant) -> list[dict[str, Any]]:
    """What can be chosen: every station with its kind and parameters, by title."""
    query = FeatureQuery(fields=("kind", "river"), limit=MOST_OFFERED)
    rows = queries.features(LAYER, grant, query)
    by_station: dict[int, list[str]] = {}
    pairs = Series.objects.filter(station_id__in=[row["id"] for row in rows])
    for pk, name in pairs.order_by("pk").values_list("station_id", "parameter"):
        by_station.setdefault(pk, []).append(name)
    found = [
        {
            "id": row["id"],
            "title": row["properties"]["title"],
            "kind": row["properties"]["kind"],
            "kind_title": str(Kind(row["properties"]["kind"]).label),
            "river": row["properties"]["river"],
            "parameters": list(dict.fromkeys(by_station.get(row["id"], []))),
        }
        for row in rows
    ]
    return sorted(found, key=lambda entry: (entry["kind"], entry["title"]))
