"""The page about alarm load and its tables as CSV."""

from __future__ import annotations

import csv
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from layers.alerts import queries
from layers.alerts.desk import load
from layers.alerts.layer import SEVERITIES
from layers.alerts.models import Rule
from layers.core.spec import by_role

from .words import load_words

# Tables for export: key in the figures, and the columns.
TABLES = {
    "bins": ("at", "rang", "grave", "operators", "per_operator", "level"),
    "days": ("day", "rang", "critical", "high", "medium", "low"),
    "rules": ("rule", "rule_title", "severity", "rang", "share", "alerts", "median_s"),
    "worst": (
        "rule",
        "rule_title",
        "layer",
        "feature_id",
        "part",
        "feature_title",
        "rang",
        "share",
        "last_at",
    ),
    "chattering": (
        "rule",
        "layer",
        "feature_id",
        "part",
        "feature_title",
        "raised",
        "chattering",
        "fleeting",
    ),
    "floods": ("since", "until"),
}


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The figures of the last 24 hours and 30 days against what is good."""
    grant = request.grant  # type: ignore[attr-defined]
    if not grant.allows(by_role("alarms")):
        raise Http404
    figures = _shown(load.full(grant))
    context = {
        "load": {**figures, **queries.aside(grant)},
        "chart": _chart(figures),
        "words": load_words(),
        "stale_aim": load.AIM_STALE,
    }
    return render(request, "alerts/load.html", context)


@login_required
@require_GET
def export(request: HttpRequest, table: str) -> HttpResponse:
    """One table, with a line of heading; times in UTC."""
    grant = request.grant  # type: ignore[attr-defined]
    if not grant.allows(by_role("alarms")) or table not in TABLES:
        raise Http404
    request.audit("export", layer="alerts", format="csv")  # type: ignore[attr-defined]
    figures = load.full(grant)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="alarm-load-{table}.csv"'
    answer.write("\ufeff")  # tells spreadsheets that it is UTF-8
    columns = TABLES[table]
    writer = csv.writer(answer)
    writer.writerow(columns)
    for row in _rows(figures, table):
        writer.writerow([_cell(row[name]) for name in columns])
    return answer


def _rows(figures: dict[str, Any], table: str) -> list[dict[str, Any]]:
    if table == "floods":
        return list(figures["floods"]["periods"])
    if table == "chattering":
        found = [*figures["chattering"], *figures["fleeting"]]
        return list({(row["rule"], row["newest"]): row for row in found}.values())
    return list(figures["by_day" if table == "days" else table])


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, str) and value[:1] in "=+-@\t\r":
        return f"'{value}"  # a title is no formula
    return value


def _shown(figures: dict[str, Any]) -> dict[str, Any]:
    """Figures with titles in the reader's language and shares in percent."""
    severities = dict(SEVERITIES)
    for name in ("worst", "rules", "chattering", "fleeting"):
        for row in figures[name]:
            rule = Rule(title=row["rule_title"], title_en=row["rule_title_en"])
            row["title"] = rule.shown_title
            row["percent"] = round(100 * row.get("share", 0), 1)
    for row in figures["severities"]:
        row["title"] = severities[row["severity"]]
    figures["unsteady"] = _rows(figures, "chattering")
    figures["worst_percent"] = round(100 * figures["worst_share"], 1)
    figures["flood_percent"] = round(100 * figures["floods"]["share"], 2)
    return figures


def _chart(figures: dict[str, Any]) -> dict[str, Any]:
    """What the chart draws: local times, calls, operators."""
    return {
        "times": [
            timezone.localtime(row["at"]).strftime("%H:%M") for row in figures["bins"]
        ],
        "per_operator": [row["per_operator"] for row in figures["bins"]],
        "rang": [row["rang"] for row in figures["bins"]],
        "operators": [row["operators"] for row in figures["bins"]],
        "days": [row["day"].strftime("%d/%m") for row in figures["by_day"]],
        "by_day": {
            name: [row[name] for row in figures["by_day"]]
            for name in ("critical", "high", "medium", "low")
        },
    }
