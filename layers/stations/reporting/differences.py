"""What changed between two versions of a report. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

COUNTS = ("expected", "received", "measured", "valid")
STATISTICS = ("mean", "least", "largest", "p98")


@dataclass(frozen=True, slots=True)
class Difference:
    """``parameter`` "" is about the station; ``what`` a word of :data:`COUNTS`,
    :data:`STATISTICS`, over, episodes, reviews, outages, instruments, cases,
    days."""

    parameter: str
    what: str
    old: Any
    new: Any
    about: str = ""


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    """Key figures that are not the same, in the order of the report."""
    found = [
        Difference("", what, len(old.get(name, [])), len(new.get(name, [])))
        for what, name in (
            ("outages", "outages"),
            ("reviews", "reviews"),
            ("instruments", "instruments"),
            ("cases", "cases"),
        )
        if old.get(name, []) != new.get(name, [])
    ]
    before = {entry["series"]: entry for entry in old["parameters"]}
    for entry in new["parameters"]:
        found += _parameter(before.pop(entry["series"], None), entry)
    found += [
        Difference(entry["parameter"], "valid", entry["count"]["valid"], None)
        for entry in before.values()
    ]
    return found


def _parameter(old: dict[str, Any] | None, new: dict[str, Any]) -> list[Difference]:
    name = new["parameter"]
    if old is None:
        return [Difference(name, "valid", None, new["count"]["valid"])]
    found = [
        Difference(name, what, old["count"][what], new["count"][what])
        for what in COUNTS
        if old["count"][what] != new["count"][what]
    ]
    found += [
        Difference(name, what, old[what], new[what])
        for what in STATISTICS
        if old[what] != new[what]
    ]
    known = {_key(limit): limit for limit in old["limits"]}
    for limit in new["limits"]:
        other = known.get(_key(limit))
        for what, then, now in (
            ("limit", other and other["value"], limit["value"]),
            ("over", other and other["over"], limit["over"]),
            ("episodes", other and len(other["episodes"]), len(limit["episodes"])),
        ):
            if then != now:
                found.append(Difference(name, what, then, now, limit["legal_source"]))
    changed = _days(old, new)
    if changed:
        found.append(Difference(name, "days", None, ", ".join(changed)))
    return found


def _key(limit: dict[str, Any]) -> tuple[Any, ...]:
    return limit["averaging_minutes"], limit["direction"], limit["since"]


def _days(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Days of the month whose row is another."""
    before = {row["day"]: row for row in old["days"]}
    after = {row["day"]: row for row in new["days"]}
    days = sorted({*before, *after})
    return [day[-2:] for day in days if before.get(day) != after.get(day)]
