"""Drafts as the page and the API hand them in: checked whole, saved once.

The key that the page made keeps a draft single: sent again it is the same draft, with
what was changed since, as long as nobody has signed it.
"""

from __future__ import annotations

from typing import Any, Literal

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field as Param

from layers.alerts import queries as alerts
from layers.core import queries as features
from layers.core import units
from layers.core.areas import AreaError
from layers.core.spec import registry

from . import redrafting, services, supervisors
from .access import NotAllowedError, Who
from .drafting import Draft, TaskDraft
from .models import Directive, Playbook, Severity
from .playbooks import Evidence
from .starting import NothingThereError, outline, to_shape

MOST_MINUTES = 525_600
MOST_TASKS = 200
PERSON = "person"


class TaskIn(Schema):
    """What one unit is to do. Without minutes of its own it has the directive's."""

    unit: int
    co_units: list[int] = Param([], max_length=50)
    title: str = Param("", max_length=200)
    body: str = Param("", max_length=4_000)
    needed_min: int | None = Param(None, gt=0, le=MOST_MINUTES)
    legal_min: int | None = Param(None, gt=0, le=MOST_MINUTES)
    working: bool = False
    needs_evidence: bool = False
    evidence: Evidence | Literal[""] = Param(
        "", description="what kind where it is needed; empty: any file"
    )
    agency: str = Param("", max_length=120)
    step: int = Param(1, ge=1, le=50)
    after_step: int = Param(0, ge=0, le=50)
    feature_layer: str = Param("", max_length=41)
    feature_id: int | None = None
    feature_title: str = Param("", max_length=200)


class DraftIn(Schema):
    """A whole draft. ``key``: made by the page, keeps it single. ``sign``: issue it at
    once. ``seen``: the state (``updated_at``) that a change was made from.
    ``area_unit``: the area is the outline of this unit, instead of ``geometry``."""

    key: str = Param(..., min_length=8, max_length=40, pattern=r"^[\w-]+$")
    title: str = Param("", max_length=200)
    body: str = Param("", max_length=4_000)
    severity: str = Param("medium", max_length=8)
    geometry: dict[str, Any] | None = None
    area_unit: int | None = None
    tasks: list[TaskIn] = Param([], max_length=MOST_TASKS)
    needed_min: int | None = Param(None, gt=0, le=MOST_MINUTES)
    legal_min: int | None = Param(None, gt=0, le=MOST_MINUTES)
    needs_evidence: bool = False
    document_no: str = Param("", max_length=60)
    supervisor: int | None = None
    alert: int | None = None
    origin_layer: str = Param("", max_length=41)
    origin_id: int | None = None
    origin_part: str = Param("", max_length=60)
    playbook: str = Param("", max_length=60)
    playbook_version: int | None = None
    sign: bool = False
    exercise: bool = Param(False, description="of a drill: about no real alert")
    seen: str = Param("", max_length=40)


class DraftError(ValueError):
    """What is wrong, by field, in words: ``{"title": …, "tasks.2.unit": …}``."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


@transaction.atomic
def save(given: DraftIn, who: Who, directive_id: int | None = None) -> Directive:
    """Store a new draft, or change one that is there, and sign it when asked for.

    Raises DraftError, NotAllowedError, NotFoundError, RefusedError.
    """
    if given.sign and not who.signs():
        raise NotAllowedError(_("Your role may not do this to directives."))
    draft = to_draft(given, who)
    if directive_id is None:
        directive = services.create(draft, who)
        if draft.source == PERSON and directive.status == "draft":
            directive = redrafting.redraft(directive.pk, draft, who)
    else:
        directive = redrafting.redraft(directive_id, draft, who, seen=given.seen)
    if given.sign and directive.status == "draft":
        directive = services.act(directive.pk, "issue", who)
    return directive


def to_draft(given: DraftIn, who: Who) -> Draft:
    """The draft behind what was handed in. Raises DraftError with every problem."""
    problems = _problems(given, who)
    shape = None
    try:
        if given.area_unit is not None:
            shape = outline(given.area_unit, who.rights)
        else:
            shape = to_shape(given.geometry)
    except (AreaError, NothingThereError) as error:
        problems["geometry"] = str(error)
    if problems:
        raise DraftError(problems)
    about_alert = given.alert is not None and not given.exercise
    return Draft(
        source="alert" if about_alert else PERSON,
        external_id=str(given.alert) if about_alert else given.key,
        title=given.title.strip(),
        body=given.body.strip(),
        tasks=tuple(_task(task) for task in given.tasks),
        severity=given.severity,
        geom=None if shape is None else GEOSGeometry(shape.wkb.hex(), srid=4326),
        unit_id=_unit_of(shape, given.tasks[0].unit),
        needed_min=given.needed_min,
        legal_min=given.legal_min,
        alert_id=given.alert if about_alert else None,
        origin=(given.origin_layer, given.origin_id),
        origin_part=given.origin_part,
        playbook=(given.playbook, given.playbook_version),
        ladder=_ladder(given),
        needs_evidence=given.needs_evidence,
        supervisor_id=given.supervisor,
        document_no=given.document_no.strip(),
        exercise=given.exercise,
    )


def _ladder(given: DraftIn) -> tuple[dict[str, Any], ...]:
    """Who is told when, as the version of the playbook says."""
    named = Playbook.objects.filter(
        slug=given.playbook, version=given.playbook_version or 0
    ).first()
    if named is None:
        return ()
    return tuple(rung.model_dump() for rung in named.typed_ladder)


def _unit_of(shape: shapely.Geometry | None, lead: int) -> int | None:
    """The unit of the place; without one that of the first lead."""
    if shape is None:
        return lead
    point = shape.representative_point()
    return units.nearest(point.x, point.y)


def _task(given: TaskIn) -> TaskDraft:
    return TaskDraft(
        unit_id=given.unit,
        step=given.step,
        after_step=given.after_step,
        title=given.title.strip(),
        body=given.body.strip(),
        co_units=tuple(u for u in dict.fromkeys(given.co_units) if u != given.unit),
        feature=(given.feature_layer, given.feature_id, given.feature_title),
        needed_min=given.needed_min,
        legal_min=given.legal_min,
        working=given.working,
        needs_evidence=given.needs_evidence,
        evidence=given.evidence if given.needs_evidence else "",
        agency=given.agency.strip(),
    )


def _problems(given: DraftIn, who: Who) -> dict[str, str]:
    found: dict[str, str] = {}
    if not given.title.strip():
        found["title"] = _("A directive needs a title.")
    if not given.body.strip():
        found["body"] = _("Write what is to be done.")
    if given.severity not in Severity.values:
        found["severity"] = _("There is no such severity.")
    if not given.tasks:
        found["tasks"] = _("A directive needs at least one unit to carry it out.")
    if given.supervisor is not None and not supervisors.is_one(given.supervisor):
        found["supervisor"] = _("This person cannot supervise directives.")
    if given.alert is not None and not (
        alerts.visible(who.rights).filter(pk=given.alert).exists()
    ):
        found["alert"] = _("There is no such alert.")
    if given.origin_id is not None and not _seen(
        given.origin_layer, given.origin_id, who
    ):
        found["origin"] = _("There is no such feature.")
    if _late(given.needed_min, given.legal_min):
        found["needed_min"] = _("It is needed later than the legal deadline.")
    return found | _task_problems(given)


def _task_problems(given: DraftIn) -> dict[str, str]:
    found: dict[str, str] = {}
    known = {unit_id for unit_id, _title in units.choices()}
    seen = set()
    for place, task in enumerate(given.tasks):
        key = (task.unit, task.step, task.feature_layer, task.feature_id)
        if not {task.unit, *task.co_units} <= known:
            found[f"tasks.{place}.unit"] = _("There is no such unit.")
        elif key in seen:
            found[f"tasks.{place}.unit"] = _("This unit has a task already.")
        seen.add(key)
        needed = task.needed_min or given.needed_min
        legal = task.legal_min or given.legal_min
        if not task.working and _late(needed, legal):
            found[f"tasks.{place}.needed_min"] = _(
                "It is needed later than the legal deadline."
            )
        if task.after_step >= task.step:
            found[f"tasks.{place}.after_step"] = _(
                "A task can only wait for an earlier step."
            )
    return found


def _late(needed: int | None, legal: int | None) -> bool:
    return needed is not None and legal is not None and needed > legal


def _seen(slug: str, feature_id: int, who: Who) -> bool:
    layer = registry.get(slug)
    return (
        layer is not None
        and who.rights.allows(layer)
        and features.feature(layer, who.rights, feature_id) is not None
    )
