"""The playbooks and the decided days of the demo. Directives are not made up: they
come from alerts."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from .models import FreeDay, Playbook

if TYPE_CHECKING:
    from fixtures import Demo

PLAYBOOKS, STEPS, DAYS = "playbooks", "playbook_steps", "free_days"


def load(demo: Demo) -> int:
    """The playbooks of ``fixtures/facts/playbooks.csv`` with their steps, in order,
    of ``playbook_steps.csv``; the calendar of ``free_days.csv``."""
    steps: dict[str, list[dict[str, Any]]] = {}
    for row in demo.table(STEPS):
        steps.setdefault(row["playbook"], []).append(step_of(row))
    rows = demo.table(PLAYBOOKS)
    for row in rows:
        playbook = playbook_of(row, steps.get(row["slug"], []))
        playbook.full_clean()
        playbook.save()
    for row in demo.table(DAYS):
        FreeDay.objects.update_or_create(
            day=row["day"],
            defaults={
                "working": row["working"] == "true",
                "title": row["title"],
                "legal_basis": row["legal_basis"],
            },
        )
    return len(rows)


def playbook_of(row: dict[str, str], steps: list[dict[str, Any]]) -> Playbook:
    return Playbook(
        slug=row["slug"],
        title=row["title"],
        title_en=row["title_en"],
        legal_basis=row["legal_basis"],
        triggers=row["triggers"].split(),
        ladder=[
            {"at": at, "to": to}
            for at, _colon, to in (
                rung.partition(":") for rung in row["ladder"].split()
            )
        ],
        area_km=float(row["area_km"]) if row["area_km"] else None,
        auto_issue=row["auto_issue"] == "true",
        steps=steps,
    )


def step_of(row: dict[str, str]) -> dict[str, Any]:
    """A row as a step; who is addressed is a kind with its parameters:
    ``nearest layer=clinics count=3``, several separated by ``;``."""
    return {
        "title": row["title"],
        "text": row["text"],
        "to": _to(row["to"]),
        "co": [_to(part) for part in row["co"].split(";") if part.strip()],
        "needed_by_min": int(row["needed_by_min"]),
        "deadline_min": int(row["deadline_min"]),
        "working": row["working"] == "true",
        "evidence": row["evidence"],
        "after": int(row["after"]),
        "when": _pairs(shlex.split(row["when"])) if row["when"] else None,
    }


def _to(text: str) -> dict[str, str]:
    kind, *rest = shlex.split(text)
    return {"kind": kind, **_pairs(rest)}


def _pairs(parts: list[str]) -> dict[str, str]:
    return {
        name: value for name, _equals, value in (part.partition("=") for part in parts)
    }
