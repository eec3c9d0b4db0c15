"""Reading the register: by unit, by step, and the tasks behind a figure."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from layers.core import units
from layers.core.db import execute
from layers.core.scope import Grant
from layers.directives import rules
from layers.directives.log import SLUG
from layers.directives.models import Playbook

from .asking import PAGE, Asked

SQL = Path(__file__).resolve().parent / "sql"
JUDGED = (SQL / "judged.sql").read_text()
AGES = ("5", "15", "30", "more")
MOST_ROWS = 1_000_000


def _read(name: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    statement = sql.SQL((SQL / f"{name}.sql").read_text()).format(
        judged=sql.SQL(JUDGED)
    )
    with connection.cursor() as cursor:
        execute(cursor, statement, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def by_unit(
    grant: Grant, asked: Asked, now: datetime
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """All together, and each lead unit, most overdue first. Counts of tasks;
    ``share``: done not late of all whose time is up or that are done, in %."""
    if SLUG not in grant.layers:
        return _shaped({"received": 0}), []
    rows = [_shaped(row) for row in _read("units", asked.values(grant, now))]
    tree = units.tree()
    for row in rows:
        row["title"] = tree.title(row["unit_id"]) or "—"
    totals = [row for row in rows if row["unit_id"] is None]
    listed = [row for row in rows if row["unit_id"] is not None]
    listed.sort(key=lambda row: (-row["overdue"], -row["late"], row["title"]))
    return totals[0], listed


def _shaped(row: dict[str, Any]) -> dict[str, Any]:
    row.setdefault("unit_id", None)
    done = (row.get("early") or 0) + (row.get("on_time") or 0)
    behind = (row.get("late") or 0) + (row.get("overdue") or 0)
    row["share"] = round(100 * done / (done + behind)) if done + behind else None
    for part in ("overdue", "late"):
        x = 0
        row[f"{part}_ages"] = ages = []
        for age in AGES:
            name = f"{part}_{age}"
            ages.append({"part": name, "age": age, "x": x, "count": row.get(name, 0)})
            x += ages[-1]["count"]
    return row


def by_step(grant: Grant, asked: Asked, now: datetime) -> list[dict[str, Any]]:
    """Steps of playbooks, where most time is lost first. Hours; ``share``: of all
    hours past deadlines, in %."""
    if SLUG not in grant.layers:
        return []
    rows = _read("steps", asked.values(grant, now))
    names = playbook_titles()
    lost = sum(row["lost"] for row in rows)
    longest = max((r["report"][1] or 0 for r in rows if r["report"]), default=0)
    for row in rows:
        slug = row["playbook_slug"]
        steps = names.get(slug, ("", []))[1]
        row["title"] = names.get(slug, (slug or _("Without a playbook"), []))[0]
        row["step_title"] = (
            steps[row["step"] - 1] if slug and row["step"] <= len(steps) else ""
        )
        row["share"] = round(100 * row["lost"] / lost) if lost else 0
        for name in ("receipt", "report"):
            row[f"{name}_half"], row[f"{name}_most"] = row.pop(name) or (None, None)
        row["scale"] = longest
    return rows


def playbook_titles() -> dict[str, tuple[str, list[str]]]:
    """Name and steps of the newest version of each playbook."""
    newest = Playbook.objects.order_by("slug", "-version").distinct("slug")
    return {
        row.slug: (row.title, [str(step.get("title", "")) for step in row.steps])
        for row in newest
    }


def listed(
    grant: Grant, asked: Asked, now: datetime, *, everything: bool = False
) -> tuple[int, list[dict[str, Any]]]:
    """How many tasks are behind a figure, and a page of them (or all)."""
    if SLUG not in grant.layers:
        return 0, []
    limit = MOST_ROWS if everything else PAGE
    offset = 0 if everything else (asked.page - 1) * PAGE
    values = {**asked.values(grant, now), "limit": limit, "offset": offset}
    rows = _read("tasks", values)
    tree, states = units.tree(), dict(rules.STATUSES)
    for row in rows:
        row["unit"] = tree.title(row["unit_id"])
        row["unit_code"] = getattr(tree.nodes.get(row["unit_id"]), "code", "")
        row["with"] = [tree.title(unit_id) for unit_id in row["co_units"]]
        row["state"] = states[row["status"]]
    return (rows[0]["found"] if rows else 0), rows
