"""When a zone is in force. Pure: days in, answer out."""

from __future__ import annotations

from datetime import date


def in_season(day: date, season_from: str, season_to: str) -> bool:
    """True when ``day`` lies in a yearly season of month-day texts, both included.

    No season means all year; a season may pass the new year (11-01 to 02-28).
    """
    if not season_from or not season_to:
        return True
    now = day.strftime("%m-%d")
    if season_from <= season_to:
        return season_from <= now <= season_to
    return now >= season_from or now <= season_to


def in_force(
    day: date,
    valid_from: date | None,
    valid_to: date | None,
    season_from: str = "",
    season_to: str = "",
) -> bool:
    """True when the zone is valid on ``day`` and in its season."""
    valid = (valid_from is None or valid_from <= day) and (
        valid_to is None or day <= valid_to
    )
    return valid and in_season(day, season_from, season_to)
