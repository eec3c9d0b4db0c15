"""A monthly report as PDF."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from layers.core import pdf
from layers.stations.completeness.months import Month
from layers.stations.kinds import Kind, Status
from layers.stations.models import Dossier, MonthlyReport
from layers.stations.pages.flags import flag_mark

from . import charts, wording

TEMPLATE = "stations/reporting/print.html"
# Rows that a table of the paper shows; the workbook has all.
MOST = 40


def to_pdf(report: MonthlyReport) -> bytes:
    """PDF bytes; the same report in the same language gives the same bytes."""
    return pdf.render(TEMPLATE, context(report))


def heading() -> dict[str, Any]:
    """Who issues it and where."""
    return {
        "language": get_language(),
        "authority": settings.IOC_AUTHORITY
        or _("DEPARTMENT OF AGRICULTURE AND ENVIRONMENT"),
        "authority_above": settings.IOC_AUTHORITY_ABOVE
        or _("PEOPLE'S COMMITTEE OF %(province)s PROVINCE")
        % {"province": settings.IOC_PROVINCE.upper()},
        "province": settings.IOC_PROVINCE,
        "demo": settings.IOC_DEMO,
    }


def context(report: MonthlyReport) -> dict[str, Any]:
    """What the template needs, in the active language."""
    found = report.figures
    first = date.fromisoformat(f"{found['month']}-01")
    last_day = Month(first).last.day
    episodes = [
        {"parameter": entry["parameter"], "limit": limit, **episode}
        for entry in found["parameters"]
        for limit in entry["limits"]
        for episode in limit["episodes"]
    ]
    states = [
        {"parameter": entry["parameter"], **state}
        for entry in found["parameters"]
        for state in entry["states"]
    ]
    return {
        **heading(),
        "report": report,
        "found": found,
        "station": found["station"],
        "kind": str(Kind(found["station"]["kind"]).label),
        "first": first,
        "until": wording.moment(found["until"]),
        "made_at": timezone.localtime(report.made_at),
        "made_by": wording.person(report.made_by),
        "parameters": [_parameter(entry, last_day) for entry in found["parameters"]],
        "limits": limit_rows(found),
        "episodes": [_episode(entry) for entry in episodes[:MOST]],
        "episode_number": len(episodes),
        "states": [_state(entry) for entry in states[:MOST]],
        "state_number": len(states),
        "outages": [_span(entry) for entry in found["outages"][:MOST]],
        "outage_number": len(found["outages"]),
        "flags": flag_rows(found),
        "tests": test_rows(found),
        "reviews": [review(entry) for entry in found["reviews"]],
        "changes": [change(entry) for entry in found["changes"]],
        "cases": case_rows(found),
        "count": _count(found["count"]),
        "most": MOST,
    }


def _count(count: dict[str, int]) -> dict[str, Any]:
    return {
        **count,
        "received_share": wording.percent(count["received"], count["expected"]),
        "valid_share": wording.percent(count["valid"], count["expected"]),
    }


def _parameter(entry: dict[str, Any], last_day: int) -> dict[str, Any]:
    name = entry["parameter"]

    def number(value: float | None) -> str:
        return wording.number(value, name)

    lines = [
        (limit["value"], wording.limit(limit))
        for limit in entry["limits"]
        if limit["compared"] is not None
    ]
    svg = charts.daily(entry["days"], last_day, lines, number)
    return {
        "title": wording.title(name),
        "unit": entry["unit"],
        "instrument": entry["instrument"],
        "averaging_minutes": entry["averaging_minutes"],
        "count": _count(entry["count"]),
        "mean": number(entry["mean"]),
        "least": number(entry["least"]),
        "least_at": wording.moment(entry["least_at"]),
        "largest": number(entry["largest"]),
        "largest_at": wording.moment(entry["largest_at"]),
        "p98": number(entry["p98"]),
        "chart": mark_safe(svg),  # noqa: S308 - made of numbers and escaped texts
        "days": [
            {
                "day": wording.day(row["day"])[:5],
                "expected": row["expected"],
                "received": row["received"],
                "valid": row["valid"],
                "share": wording.percent(row["valid"], row["expected"], 0),
                **{key: number(row[key]) for key in ("mean", "least", "largest")},
            }
            for row in entry["days"]
        ],
    }


def limit_rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    """One row for each limit that held."""
    return [
        {
            "parameter": wording.title(entry["parameter"]),
            "limit": wording.limit(limit),
            "source": limit["legal_source"],
            "factor": ""
            if limit["factor"] == 1
            else wording.number(limit["factor"], ""),
            "permit": limit["permit"],
            "compared": limit["compared"],
            "over": limit["over"],
            "share": wording.percent(limit["over"], limit["compared"], 2),
            "episodes": len(limit["episodes"]),
        }
        for entry in found["parameters"]
        for limit in entry["limits"]
    ]


def _episode(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        **_span(entry),
        "parameter": wording.title(entry["parameter"]),
        "limit": wording.limit(entry["limit"]),
        "peak": wording.number(entry["peak"], entry["parameter"]),
        "peak_at": wording.moment(entry["peak_at"]),
        "unit": entry["limit"]["unit"],
    }


def _state(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        **_span(entry),
        "parameter": wording.title(entry["parameter"]),
        "state": str(Status(entry["status"]).label),
        "values": entry["values"],
    }


def _span(entry: dict[str, Any]) -> dict[str, str]:
    return {
        "since": wording.moment(entry["since"]),
        "until": wording.moment(entry["until"]),
        "length": wording.duration(entry["until"] - entry["since"]),
    }


def case_rows(found: dict[str, Any]) -> list[dict[str, str]]:
    """Case files about the month; reports made before there were any have none."""
    return [
        {
            "number": entry["number"],
            "parameters": ", ".join(map(wording.title, entry["parameters"])),
            "status": str(Dossier.Status(entry["status"]).label),
        }
        for entry in found.get("cases", [])
    ]


def flag_rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Values by QARTOD flag, and whether they count."""
    rows = []
    for flag in [*found["flags"]["used"], *found["flags"]["left_out"]]:
        mark = flag_mark(flag)
        number = sum(e["by_flag"].get(str(flag), 0) for e in found["parameters"])
        rows.append(
            {
                "flag": flag,
                "word": mark.word if mark else "",
                "used": flag in found["flags"]["used"],
                "values": number,
            }
        )
    return rows


def test_rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    """In how many values each quality test found something."""
    return [
        {"parameter": wording.title(entry["parameter"]), "test": test, "values": number}
        for entry in found["parameters"]
        for test, number in entry["by_test"].items()
    ]


def review(entry: dict[str, Any]) -> dict[str, Any]:
    """A decision of somebody, in words."""
    mark = flag_mark(entry["flag"])
    return {
        **entry,
        "title": wording.title(entry["parameter"]),
        "since": wording.moment(entry["since"]),
        "until": wording.moment(entry["until"]),
        "at": wording.moment(entry["at"]),
        "word": mark.word if mark else entry["flag"],
        "value": ""
        if entry["value"] is None
        else wording.number(entry["value"], entry["parameter"]),
    }


def change(entry: dict[str, Any]) -> dict[str, str]:
    """What was written about an instrument, in words."""
    names = dict.fromkeys([*entry["old"], *entry["new"]])
    parts = []
    for name in names:
        old, new = entry["old"].get(name), entry["new"].get(name)
        before = f"{old} → " if old not in (None, "") else ""
        shown = "—" if new in (None, "") else new
        parts.append(f"{wording.field_name(name)}: {before}{shown}")
    return {
        "at": wording.moment(entry["at"]),
        "instrument": entry["instrument"],
        "what": "; ".join(parts),
    }
