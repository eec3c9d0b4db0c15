"""The words and tasks that a playbook suggests for an area, for the operator to change.

Not issued from here: what a rule starts by itself goes through ``dispatch``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import shapely
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.alerts import queries as alerts
from layers.core.scope import Grant

from . import planning
from .dispatch import place_words, playbook_of, subject_of
from .drafting import TaskDraft
from .models import Playbook
from .planning import Subject
from .resolving import Place
from .starting import NothingThereError


def choices() -> list[dict[str, Any]]:
    """Playbooks in force, the newest version of each, by name."""
    newest: dict[str, Playbook] = {}
    for playbook in Playbook.objects.filter(enabled=True).order_by("version"):
        newest[playbook.slug] = playbook
    return [
        {"slug": entry.slug, "title": entry.title, "legal_basis": entry.legal_basis}
        for entry in sorted(newest.values(), key=lambda entry: entry.title)
    ]


def suggest(
    slug: str,
    shape: shapely.Geometry,
    grant: Grant,
    alert_id: int | None = None,
    subject: str = "",
) -> dict[str, Any]:
    """Title, text and tasks as the page takes them. Raises NothingThereError."""
    playbook = playbook_of(slug)
    if playbook is None:
        raise NothingThereError(_("There is no such playbook."))
    planned = planning.plan(
        playbook.typed_steps, _subject(shape, playbook, grant, alert_id, subject)
    )
    return {
        "slug": playbook.slug,
        "version": playbook.version,
        "title": playbook.title,
        "body": planning.body(planned),
        "tasks": [_task(task) for task in planning.tasks(planned)],
    }


def _task(task: TaskDraft) -> dict[str, Any]:
    layer, feature_id, title = task.feature
    return {
        "unit": task.unit_id,
        "step": task.step,
        "after_step": task.after_step,
        "title": task.title,
        "body": task.body,
        "co_units": list(task.co_units),
        "feature_layer": layer,
        "feature_id": feature_id,
        "feature_title": title,
        "needed_min": task.needed_min,
        "legal_min": task.legal_min,
        "working": task.working,
        "needs_evidence": task.needs_evidence,
    }


def _subject(
    shape: shapely.Geometry,
    playbook: Playbook,
    grant: Grant,
    alert_id: int | None,
    subject: str,
) -> Subject:
    """What the names in the text stand for: of the alert, or of the place alone. The
    area is the one that was drawn."""
    around = Place.of(shape, around_km=playbook.area_km)
    if alert_id is None:
        values = place_words(around, timezone.now())
        return Subject(
            place=around, values={**values, "feature": subject, "rule": subject}
        )
    rows = alerts.visible(grant).select_related("rule")
    alert = rows.filter(pk=alert_id).first()
    if alert is None:
        raise NothingThereError(_("There is no such alert."))
    found = subject_of(alert)
    place = replace(
        around,
        feature=found.place.feature,
        feature_unit=found.place.feature_unit,
    )
    return replace(found, place=place)
