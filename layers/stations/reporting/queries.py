"""Reading reports: of a month by station, of one station, of an owner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from layers.stations.completeness.months import Month
from layers.stations.completeness.queries import NONE, Count, days
from layers.stations.models import MonthlyReport, Station


@dataclass(frozen=True, slots=True)
class Row:
    """A station in a month: what came until now, and the versions, newest first."""

    station: Station
    count: Count
    versions: list[MonthlyReport] = field(default_factory=list)

    @property
    def newest(self) -> MonthlyReport | None:
        return self.versions[0] if self.versions else None

    @property
    def outdated(self) -> bool:
        """Values came or changed since the newest version."""
        report = self.newest
        return report is not None and report.figures["count"] != {
            "expected": self.count.expected,
            "received": self.count.received,
            "measured": self.count.measured,
            "valid": self.count.valid,
        }

    @property
    def over(self) -> tuple[int, int] | None:
        """Values over a limit and exceedances, of the newest version."""
        report = self.newest
        if report is None:
            return None
        limits = [
            limit for entry in report.figures["parameters"] for limit in entry["limits"]
        ]
        return (
            sum(limit["over"] or 0 for limit in limits),
            sum(len(limit["episodes"]) for limit in limits),
        )


def rows(month: Month, chosen: Sequence[Station], now: Any) -> list[Row]:
    """One row for each station of which values were expected or that has a report."""
    ids = [entry.pk for entry in chosen]
    counts: dict[int, Count] = defaultdict(lambda: NONE)
    for row in days(ids, month.first, month.last, now):
        counts[row.station_id] = counts[row.station_id] + row.count
    versions: dict[int, list[MonthlyReport]] = defaultdict(list)
    found = MonthlyReport.objects.filter(station__in=ids, month=month.first)
    for report in found.select_related("made_by").order_by("-version"):
        versions[report.station_id].append(report)
    return [
        Row(entry, counts[entry.pk], versions[entry.pk])
        for entry in chosen
        if entry.pk in counts or entry.pk in versions
    ]
