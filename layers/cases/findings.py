"""What the data show, and how far: silences, crossings, proven or only possible."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import Any

from django.conf import settings

from layers.core.evidence.canonical import moment

from .choices import Certainty, Kind

HOURS = {Kind.SILENT_6H: 6.0, Kind.SILENT_10D: 240.0}
# Silence of these devices is what the law is about.
VMS = "vms"


def gaps(fixes: list[dict[str, Any]], kinds: dict[int, str]) -> list[dict[str, Any]]:
    """Silences of each device between credible fixes, longer than its kind allows.

    ``from`` and ``to`` are numbers of fixes.
    """
    tracks: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for fix in fixes:
        if not fix["suspect"]:
            tracks[fix["device_id"], fix["branch"]].append(fix)
    found = []
    for (device, _branch), track in tracks.items():
        limit_s = _limit_h(kinds.get(device, "ais")) * 3_600
        for one, two in pairwise(track):
            seconds = _seconds(one, two)
            if seconds > limit_s:
                found.append({
                    "device_id": device,
                    "from": one["no"],
                    "to": two["no"],
                    "hours": round(seconds / 3600, 2),
                })  # fmt: skip
    return sorted(found, key=lambda gap: (gap["from"], gap["to"]))


def _limit_h(kind: str) -> float:
    """Silence after which the track of a device of a kind breaks, as tracks do."""
    hours = settings.IOC_TRACK_GAP_HOURS
    return float(hours.get(kind, hours["ais"]))


def _seconds(one: dict[str, Any], two: dict[str, Any]) -> float:
    return (moment(two["at"]) - moment(one["at"])).total_seconds()


def crossings(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Crossings as the rules recorded them: both fixes, least and most beyond."""
    found = []
    for event in events:
        told = (event["new"] or {}).get("evidence")
        if told and "beyond_most_m" in told:
            new = event["new"]
            found.append({
                **told,
                "event": event["id"],
                "at": event["happened_at"],
                "zone": new.get("zone", ""),
                "zone_id": new.get("zone_id"),
                "rule": new.get("rule", ""),
                "rule_version": new.get("rule_version"),
            })  # fmt: skip
    return found


def certainty(kind: str, document: dict[str, Any]) -> Certainty:
    """How far the data alone show a violation of ``kind``.

    A silence is proven by two fixes of a device farther apart than the law allows
    while its provider delivered; with an outage in it, it is only possible, and so
    is one whose end was not heard. A crossing is what the rule found it to be.
    """
    if kind in HOURS:
        return _silence(HOURS[Kind(kind)], document)
    if kind == Kind.BEYOND and document["crossings"]:
        sure = any(entry["certainty"] == "proven" for entry in document["crossings"])
        return Certainty.PROVEN if sure else Certainty.POSSIBLE
    return Certainty.UNKNOWN


def _silence(hours: float, document: dict[str, Any]) -> Certainty:
    vms = {row["device_id"] for row in document["devices"] if row["kind"] == VMS}
    long = [
        gap
        for gap in document["gaps"]
        if gap["hours"] > hours and (not vms or gap["device_id"] in vms)
    ]
    if long and vms and not document["outages"]:
        return Certainty.PROVEN
    return (
        Certainty.POSSIBLE if long or _open_end(hours, document) else Certainty.UNKNOWN
    )


def _open_end(hours: float, document: dict[str, Any]) -> bool:
    """Nothing was heard from the last fix to the end of the span."""
    credible = [fix for fix in document["fixes"] if not fix["suspect"]]
    end = moment(document["span"]["until"])
    last = moment(credible[-1]["at"]) if credible else moment(document["span"]["since"])
    return (end - last).total_seconds() > hours * 3600
