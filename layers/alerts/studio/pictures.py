"""What the page of a trial draws: bars, places, the list of alerts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from .result import BUDGET_DAY, MOST_DAY

ROWS = 100


def screen(result: dict[str, Any], layer: str) -> dict[str, Any]:
    """Data and words of the chart and the map."""
    fresh = _new_keys(result)
    places = [
        _place(alert, "new" if _key(alert) in fresh else "same")
        for alert in result["draft"]["listed"]
        if alert["lon"] is not None
    ]
    gone = result.get("difference", {}).get("gone_listed", ())
    places += [_place(alert, "gone") for alert in gone if alert["lon"] is not None]
    present = result.get("present")
    return {
        "days": [row["day"] for row in result["draft"]["days"]],
        "draft": [row["count"] for row in result["draft"]["days"]],
        "present": [row["count"] for row in present["days"]] if present else [],
        "budget": BUDGET_DAY,
        "most": MOST_DAY,
        "places": {"type": "FeatureCollection", "features": places},
        "layer": layer,
        "words": {
            "draft": _("Draft"),
            "present": _("Version in force"),
            "budget": _("Budget of one operator"),
        },
    }


def _key(alert: dict[str, Any]) -> tuple[Any, ...]:
    return alert["subject"], alert["part"], alert["raised_at"]


def _new_keys(result: dict[str, Any]) -> set[tuple[Any, ...]]:
    """The alerts that the version in force does not raise; none without one."""
    keys = result.get("difference", {}).get("new_keys", ())
    return {tuple(key) for key in keys}


def _place(alert: dict[str, Any], fate: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [alert["lon"], alert["lat"]]},
        "properties": {
            "title": alert["title"],
            "subject": str(alert["subject"]),
            "at": alert["raised_at"],
            "fate": fate,
        },
    }


def listed(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The newest alerts of the draft, as rows of a table."""
    fresh = _new_keys(result)
    rows = result["draft"]["listed"][-ROWS:][::-1]
    return [_row(alert, "new" if _key(alert) in fresh else "") for alert in rows]


def gone(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The newest alerts that there would be no longer."""
    rows = result.get("difference", {}).get("gone_listed", [])[-ROWS:][::-1]
    return [_row(alert, "gone") for alert in rows]


def _row(alert: dict[str, Any], fate: str) -> dict[str, Any]:
    ended = alert["ended_at"]
    return {
        **alert,
        "fate": fate,
        "when": datetime.fromtimestamp(alert["raised_at"], UTC),
        "minutes": round((ended - alert["raised_at"]) / 60) if ended else None,
        "is_feature": isinstance(alert["subject"], int),
    }
