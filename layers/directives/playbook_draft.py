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
from layers.alerts.models import Alert
from layers.core.scope import Grant

from . import planning
from .dispatch import place_words, playbook_of, subject_of
from .drafting import TaskDraft
from .models import Playbook
from .planning import Planned, Subject
from .resolving import Feature, Place
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
    *,
    alert_id: int | None = None,
    feature: Feature = ("", None, ""),
    severity: str = "",
) -> dict[str, Any]:
    """Title, text and tasks as the page takes them; ``problems`` are steps that reach
    nobody. Raises NothingThereError."""
    playbook = playbook_of(slug)
    if playbook is None:
        raise NothingThereError(_("There is no such playbook."))
    if alert_id is not None:
        subject = _of_alert(alert_id, playbook, shape, grant)
    else:
        subject = _of_place(playbook, shape, feature, severity)
    planned = planning.plan(playbook.typed_steps, subject)
    return {
        "playbook": playbook.slug,
        "playbook_version": playbook.version,
        "title": _titled(playbook, subject),
        "body": planning.body(planned),
        "tasks": [task_json(task) for task in planning.tasks(planned)],
        "problems": [_problem(task) for task in planned if task.addressee is None],
    }


def _titled(playbook: Playbook, subject: Subject) -> str:
    parts = (playbook.title, subject.values.get("feature", ""))
    return ": ".join(filter(None, parts))[:200]


def _problem(task: Planned) -> str:
    return _("Step %(number)s (%(title)s): %(problem)s.") % {
        "number": task.number,
        "title": task.title,
        "problem": task.problem,
    }


def _of_alert(
    alert_id: int, playbook: Playbook, shape: shapely.Geometry, grant: Grant
) -> Subject:
    """What the alert is about, at the place that the operator chose."""
    rows = alerts.visible(grant).select_related("rule")
    alert: Alert | None = rows.filter(pk=alert_id).first()
    if alert is None:
        raise NothingThereError(_("There is no such alert."))
    subject = subject_of(alert, playbook.area_km)
    place = _place(playbook, shape, subject.place.feature, alert.unit_id)
    return replace(subject, place=place)


def _of_place(
    playbook: Playbook, shape: shapely.Geometry, feature: Feature, severity: str
) -> Subject:
    place = _place(playbook, shape, feature, None)
    values = place_words(place, timezone.now())
    values |= {"rule": feature[2], "feature": feature[2] or values["place"]}
    return Subject(place=place, values=values, severity=severity)


def _place(
    playbook: Playbook,
    shape: shapely.Geometry,
    feature: Feature,
    feature_unit: int | None,
) -> Place:
    return Place.of(
        shape, around_km=playbook.area_km, feature=feature, feature_unit=feature_unit
    )


def task_json(task: TaskDraft) -> dict[str, Any]:
    """A task as the page takes it."""
    layer, feature_id, title = task.feature
    return {
        "unit": task.unit_id,
        "co_units": task.co_units,
        "title": task.title,
        "body": task.body,
        "needed_min": task.needed_min,
        "legal_min": task.legal_min,
        "working": task.working,
        "needs_evidence": task.needs_evidence,
        "evidence": task.evidence,
        "agency": task.agency,
        "step": task.step,
        "after_step": task.after_step,
        "feature_layer": layer,
        "feature_id": feature_id,
        "feature_title": title,
    }
