"""What a trial came to: the load that the rule would make, and how it differs."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from .booking import SEEN_AFTER_S, Booked, facts

# Alerts of one operator a day: very likely acceptable, the most that can be handled
# (ISA-18.2, table 4; IEC 62682).
BUDGET_DAY, MOST_DAY = 150, 300
WINDOW_S, HOUR_S = 600.0, 3_600.0
# Alerts kept with place and name, and features listed.
LISTED, TOP = 2_000, 10
# So many within an hour about one feature: chattering.
CHATTER = 3
SAME_S = 600.0


def summary(alerts: list[Booked], since: float, until: float) -> dict[str, Any]:
    """Figures of the alerts of one rule in a span (seconds since 1970 UTC)."""
    at = np.array([alert.raised_at for alert in alerts])
    days = max((until - since) / 86_400, 1 / 24)
    per_day = len(alerts) / days
    return {
        "alerts": len(alerts),
        "per_day": round(per_day, 2),
        "per_year": round(per_day * 365),
        "share": round(per_day / BUDGET_DAY, 4),
        "level": level(per_day),
        "severities": dict(Counter(alert.severity for alert in alerts)),
        "late": sum(alert.late for alert in alerts),
        "possible": sum(alert.maybe for alert in alerts),
        "repeats": sum(alert.repeats for alert in alerts),
        "standing": sum(bool(np.isnan(alert.ended_at)) for alert in alerts),
        "durations": _durations(alerts),
        "days": _days(at, since, until),
        "worst": _worst(at),
        "hours": _hours(at),
        "top": _top(alerts),
        "chattering": _chattering(alerts),
        "listed": [facts(alert) for alert in alerts[-LISTED:]],
    }


def level(per_day: float) -> str:
    """``good`` within the budget, ``most`` up to what can be handled, then ``high``."""
    if per_day > MOST_DAY:
        return "high"
    return "most" if per_day > BUDGET_DAY else "good"


def _durations(alerts: list[Booked]) -> dict[str, float] | None:
    """Minutes from raised to over; of those that are over."""
    spans = np.array([alert.ended_at - alert.raised_at for alert in alerts])
    spans = spans[np.isfinite(spans)] / 60
    if not len(spans):
        return None
    median, most = np.percentile(spans, [50, 90])
    return {
        "median": round(float(median), 1),
        "p90": round(float(most), 1),
        "longest": round(float(spans.max()), 1),
    }


def _days(at: np.ndarray, since: float, until: float) -> list[dict[str, Any]]:
    """Counts by local day, days without an alert as well."""
    zone = timezone.get_current_timezone()
    first = datetime.fromtimestamp(since, zone).date()
    last = datetime.fromtimestamp(until - 1e-3, zone).date()
    found = Counter(datetime.fromtimestamp(moment, zone).date() for moment in at)
    span = (last - first).days + 1
    days = [first + timedelta(days=step) for step in range(span)]
    return [{"day": day.isoformat(), "count": found[day]} for day in days]


def _worst(at: np.ndarray) -> dict[str, Any] | None:
    """The ten minutes with most alerts."""
    if not len(at):
        return None
    times = np.sort(at)
    counts = np.searchsorted(times, times + WINDOW_S) - np.arange(len(times))
    place = int(counts.argmax())
    return {"at": float(times[place]), "count": int(counts[place])}


def _hours(at: np.ndarray) -> list[dict[str, Any]]:
    """The worst ten minutes of every hour that has alerts, the ten gravest hours."""
    times, found = np.sort(at), []
    for hour in np.unique(np.floor(times / HOUR_S)):
        mine = times[np.floor(times / HOUR_S) == hour]
        counts = np.searchsorted(mine, mine + WINDOW_S) - np.arange(len(mine))
        found.append({"at": float(hour * HOUR_S), "alerts": len(mine),
                      "worst": int(counts.max())})  # fmt: skip
    return sorted(found, key=lambda row: (-row["worst"], -row["alerts"], row["at"]))[
        :10
    ]


def _top(alerts: list[Booked]) -> list[dict[str, Any]]:
    counts = Counter(alert.key for alert in alerts)
    newest = {alert.key: alert for alert in alerts}
    return [
        {"subject": key[0], "part": key[1], "title": newest[key].title,
         "unit_id": newest[key].unit_id, "count": count}
        for key, count in counts.most_common(TOP)
    ]  # fmt: skip


def _chattering(alerts: list[Booked]) -> int:
    """How many features alert again and again within an hour."""
    by_subject: dict[Any, list[Booked]] = defaultdict(list)
    for alert in alerts:
        by_subject[alert.key].append(alert)
    return sum(_chatters(mine) for mine in by_subject.values())


def _chatters(mine: list[Booked]) -> bool:
    if any(alert.repeats + 1 >= CHATTER for alert in mine):
        return True
    at = np.sort([alert.raised_at for alert in mine])
    return bool(
        len(at) >= CHATTER and (at[CHATTER - 1 :] - at[: 1 - CHATTER]).min() < HOUR_S
    )


def difference(draft: list[Booked], present: list[Booked]) -> dict[str, Any]:
    """Which alerts are new, gone and the same: of one feature, at about the time.
    Of those that are gone, the newest are listed."""
    left: dict[Any, list[Booked]] = defaultdict(list)
    for alert in present:
        left[alert.key].append(alert)
    new, same = [], 0
    for alert in draft:
        mine = left[alert.key]
        match = next((other for other in mine if _is_same(alert, other)), None)
        if match is None:
            new.append(alert)
        else:
            mine.remove(match)
            same += 1
    gone = [alert for mine in left.values() for alert in mine]
    gone.sort(key=lambda alert: alert.raised_at)
    return {
        "same": same,
        "new": len(new),
        "gone": len(gone),
        "new_keys": [[*alert.key, alert.raised_at] for alert in new[-LISTED:]],
        "gone_listed": [facts(alert) for alert in gone[-LISTED:]],
    }


def _is_same(one: Booked, other: Booked) -> bool:
    if abs(one.raised_at - other.raised_at) <= SAME_S:
        return True
    ends = [np.inf if np.isnan(a.ended_at) else a.ended_at for a in (one, other)]
    return max(one.raised_at, other.raised_at) < min(ends)


def assumptions() -> dict[str, float]:
    """What had to be taken for granted."""
    return {"seen_after_min": SEEN_AFTER_S / 60, "budget_day": BUDGET_DAY,
            "most_day": MOST_DAY}  # fmt: skip


def moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
