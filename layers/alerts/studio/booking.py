"""Alerts as raising would make them, on paper: one open per subject, repeats, ends.

How soon somebody acknowledges cannot be known: ``SEEN_AFTER_S`` is taken. Until then
an alert that is over stays open, and what comes again is a repeat of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from layers.alerts.raising import LATE
from layers.alerts.ruleset import LoadedRule

SEEN_AFTER_S = 600.0
# A feature or group, and the part of it: of each at most one alert is open.
Key = tuple[int | str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A confirmed change of the condition. ``subject``: a feature (``part``: which of
    its series), or a group's name;
    ``at`` seconds since 1970 UTC; ``delay_s``: how long after it was known;
    ``counts`` false: it ended or began without an observation."""

    subject: int | str
    title: str
    unit_id: int
    lon: float
    lat: float
    at: float
    on: bool
    part: str = ""
    zone_id: int = 0
    zone_title: str = ""
    maybe: bool = False
    counts: bool = True
    delay_s: float = 0.0

    @property
    def key(self) -> Key:
        return self.subject, self.part


@dataclass(slots=True, kw_only=True)
class Booked:
    """One alert of the trial. ``ended_at`` NaN: it still stands."""

    subject: int | str
    title: str
    unit_id: int
    lon: float
    lat: float
    zone_title: str
    severity: str
    raised_at: float
    part: str = ""
    told_at: float = 0.0
    ended_at: float = np.nan
    repeats: int = 0
    late: bool = False
    maybe: bool = False

    @property
    def key(self) -> Key:
        return self.subject, self.part


@dataclass(slots=True)
class Book:
    """The alerts of one rule. Changes must come in the order of time, batch by batch;
    within a batch any order."""

    rule: LoadedRule
    counted_from: float
    alerts: list[Booked] = field(default_factory=list)
    _open: dict[Key, Booked] = field(default_factory=dict)
    _held: dict[Key, set[int]] = field(default_factory=dict)

    def apply(self, changes: list[Change]) -> None:
        raise_on, lasting = self.rule.kind.raises(self.rule.params)
        for change in sorted(changes, key=lambda entry: (entry.at, entry.on)):
            if not change.maybe:
                self._hold(change)
            if change.on == raise_on:
                if change.counts:
                    self._raise(change, lasting and not change.maybe)
            elif lasting and not self._held.get(change.key):
                self._end(change)

    def _hold(self, change: Change) -> None:
        held = self._held.setdefault(change.key, set())
        if change.on:
            held.add(change.zone_id)
        else:
            held.discard(change.zone_id)

    def _raise(self, change: Change, lasting: bool) -> None:
        known = self._open.get(change.key)
        if known is not None and (
            np.isnan(known.ended_at)
            or change.at < max(known.ended_at, known.raised_at + SEEN_AFTER_S)
        ):
            self._again(known, change, lasting)
            return
        row, params = self.rule.row, self.rule.params
        lesser = self.rule.kind.maybe_severity(params) if change.maybe else ""
        alert = Booked(
            subject=change.subject,
            part=change.part,
            title=change.title,
            unit_id=change.unit_id,
            lon=change.lon,
            lat=change.lat,
            zone_title=change.zone_title,
            severity=lesser or row.severity,
            raised_at=change.at,
            told_at=change.at,
            ended_at=np.nan if lasting else change.at,
            late=change.delay_s > LATE.total_seconds(),
            maybe=change.maybe,
        )
        self._open[change.key] = alert
        self.alerts.append(alert)

    def _again(self, alert: Booked, change: Change, lasting: bool) -> None:
        if change.maybe and np.isnan(alert.ended_at):
            return  # what lasts is worse than what may have been
        alert.repeats += 1
        alert.told_at = change.at
        if not change.maybe:
            alert.maybe, alert.severity = False, self.rule.row.severity
        alert.ended_at = np.nan if lasting else max(alert.ended_at, change.at)

    def _end(self, change: Change) -> None:
        alert = self._open.get(change.key)
        if alert is not None and np.isnan(alert.ended_at):
            alert.ended_at = change.at

    def lapse(self, span_s: float, now: float) -> None:
        """End what stands and was not told anew for ``span_s`` before ``now``."""
        for alert in self._open.values():
            if np.isnan(alert.ended_at) and alert.told_at + span_s <= now:
                alert.ended_at = alert.told_at + span_s
                self._held.pop(alert.key, None)

    @property
    def counted(self) -> list[Booked]:
        """The alerts raised in the span, oldest first."""
        found = [alert for alert in self.alerts if alert.raised_at >= self.counted_from]
        return sorted(found, key=lambda alert: (alert.raised_at, str(alert.key)))


def facts(alert: Booked) -> dict[str, Any]:
    """The alert as plain data; NaN becomes None."""
    found = {name: getattr(alert, name) for name in Booked.__slots__}
    return {
        name: None if isinstance(value, float) and not np.isfinite(value) else value
        for name, value in found.items()
    }
