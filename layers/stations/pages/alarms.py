"""Open alarms about stations, as far as the caller sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from layers.core.drawer import Link, linkers
from layers.core.queries import FeatureQuery, features
from layers.core.scope import Grant
from layers.core.spec import Layer, by_role
from layers.stations.layer import LAYER

ROLE = "alarms"
MOST = 1_000
FIELDS = (
    "severity", "state", "layer", "feature_id", "rule", "part_title", "raised_at",
)  # fmt: skip
ORDER = {"critical": 0, "high": 1, "medium": 2, "low": 3}


def open_alarms(grant: Grant) -> dict[int, list[dict[str, Any]]]:
    """By station: its alarms that are not closed, the gravest and newest first.

    Each with ``id``, ``url`` of its own page part, ``title`` and FIELDS.
    """
    try:
        layer = by_role(ROLE)
    except LookupError:
        return {}
    if not grant.allows(layer):
        return {}
    query = FeatureQuery(
        filter=f"layer = '{LAYER.slug}' AND state <> 'closed'",
        fields=FIELDS,
        limit=MOST,
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for row in features(layer, grant, query):
        entry = _entry(layer, row)
        found.setdefault(entry["feature_id"], []).append(entry)
    for rows in found.values():
        rows.sort(key=_gravity)
    return found


def _entry(layer: Layer, row: dict[str, Any]) -> dict[str, Any]:
    values = row["properties"]
    state = dict(layer.columns["state"].choices).get(values["state"], values["state"])
    return {
        **values,
        "id": row["id"],
        "url": f"/#layers={layer.slug}&open={layer.slug}/{row['id']}",
        "layer_slug": layer.slug,
        "state_title": str(state),
    }


def _gravity(entry: dict[str, Any]) -> tuple[int, float]:
    raised = entry["raised_at"]
    moment = raised.timestamp() if isinstance(raised, datetime) else 0.0
    return ORDER.get(entry["severity"], len(ORDER)), -moment


def offers(request: HttpRequest, station_id: int) -> list[Link]:
    """What other layers offer to do about a station: an order, a case."""
    links = [entry.run(request, LAYER, station_id) for entry in linkers.values()]
    return [link for link in links if link is not None]
