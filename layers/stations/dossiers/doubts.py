"""What speaks against an exceedance: said with it, not left for the other side to find.

Each doubt is plain data, put into words by :mod:`.wording`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from layers.stations.kinds import Status
from layers.stations.parameters import FAIL, MISSING, SUSPECT
from layers.stations.reporting.wording import local_day

GAP_S = 1_800.0
LATE_S = 3_600.0
AHEAD_S = 300.0  # of the clock of the logger, as the test of clocks has it


def of(found: dict[str, Any]) -> list[dict[str, Any]]:
    """From the other parts of the document, in the order in which they are told."""
    listed: list[dict[str, Any]] = []
    for entry in found["parameters"]:
        listed += _of_parameter(entry)
    for finding in found["findings"]:
        listed.append(
            {"what": "pattern", **_only(finding, "parameter", "kind", "outcome")}
        )
    if found["files_missing"]:
        listed.append({"what": "no_raw_file", "number": found["files_missing"]})
    if found["values_without_file"]:
        listed.append({"what": "without_file", "number": found["values_without_file"]})
    if not found["instruments"]:
        listed.append({"what": "no_instrument"})
    day = found["span"]["until"]
    listed += [
        {"what": "calibration_overdue", "instrument": row["title"], "due": due}
        for row in found["instruments"]
        if (due := row["calibration_due_on"]) and due < local_day(day)
    ]
    return listed


def _of_parameter(entry: dict[str, Any]) -> list[dict[str, Any]]:
    name, held = entry["parameter"], _counting(entry["values"])
    listed: list[dict[str, Any]] = []
    if not any(limit["compared"] for limit in entry["limits"]):
        listed.append({"what": "no_limit", "parameter": name})
    for what, number in (
        ("calibrating", sum(v["status"] == Status.CALIBRATING for v in held)),
        ("fault", sum(v["status"] == Status.FAULT for v in held)),
        ("suspect", sum(v["flag"] == SUSPECT for v in held)),
        ("failed", sum(v["flag"] in (FAIL, MISSING) for v in held)),
        ("corrected", sum(v["value"] != v["raw"] for v in held)),
        ("reviewed", sum(bool(v.get("reviewed")) for v in held)),
        ("sent_again", sum(v.get("version", 1) > 1 for v in held)),
        ("late", sum(v["received_at"] - v["at"] > LATE_S for v in held)),
        ("ahead", sum(v["at"] - v["received_at"] > AHEAD_S for v in held)),
    ):
        if number:
            listed.append({"what": what, "parameter": name, "number": number})
    gaps = [
        later["at"] - earlier["at"]
        for earlier, later in pairwise(held)
        if later["at"] - earlier["at"] > GAP_S
    ]
    if gaps:
        listed.append({
            "what": "gaps", "parameter": name, "number": len(gaps),
            "longest_s": max(gaps),
        })  # fmt: skip
    count = entry["count_of_days"]
    if count["valid"] < 0.75 * count["expected"]:
        listed.append({"what": "incomplete", "parameter": name, **count})
    return listed


def _counting(values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of several versions of a time the one that counts."""
    return [value for value in values if value.get("counts", True)]


def _only(entry: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: entry[name] for name in names}
