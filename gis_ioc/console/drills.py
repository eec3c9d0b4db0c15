"""Drills: started, joined, acted in, ended. The one place that writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gis_ioc.wall.models import Wall

from .models import LONGEST, Drill, DrillAct

# The word of an act, as the last part of its address says it.
KIND = re.compile(r"[a-z][a-z_-]{0,29}")
MOST_TITLE, MOST_TEXT = 200, 2_000


class DrillError(Exception):
    """It cannot be done; the message says why, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be drilled."""

    title: str
    recorded_from: datetime
    recorded_to: datetime
    speed: float = 1
    wall: Wall | None = None


def running() -> Drill | None:
    """The drill that goes on now."""
    return (
        Drill.objects.select_related("wall", "started_by").filter(ended_at=None).first()
    )


def start(plan: Plan, actor: Any, key: str) -> Drill:
    """Begin a drill; with the same key it is the one that there is already."""
    known = Drill.objects.filter(key=key).first()
    if known is not None:
        return known
    _check(plan)
    try:
        with transaction.atomic():
            return Drill.objects.create(
                title=plan.title.strip()[:120],
                wall=plan.wall,
                recorded_from=plan.recorded_from,
                recorded_to=plan.recorded_to,
                speed=plan.speed,
                started_by=actor,
                key=key,
            )
    except IntegrityError:
        same = Drill.objects.filter(key=key).first()
        if same is not None:
            return same
        raise DrillError(_("Another drill is running. End it first.")) from None


def _check(plan: Plan) -> None:
    if not plan.title.strip():
        raise DrillError(_("A drill needs a title."))
    if plan.recorded_from >= plan.recorded_to:
        raise DrillError(_("The span ends before it begins."))
    if plan.recorded_to - plan.recorded_from > LONGEST:
        raise DrillError(_("A drill shows two recorded days at most."))
    if plan.recorded_to > timezone.now():
        raise DrillError(_("The span must lie in the past."))
    if not 1 <= plan.speed <= 600:
        raise DrillError(_("The speed lies between 1 and 600."))


def act(
    drill: Drill,
    actor: Any,
    *,
    kind: str,
    key: str,
    layer: str = "",
    feature_id: int | None = None,
    title: str = "",
    text: str = "",
) -> DrillAct:
    """Record what somebody did. The real thing is not touched; sent again with the
    same key it is one act."""
    if not KIND.fullmatch(kind):
        raise DrillError(_("Nobody can do “{kind}” in a drill.").format(kind=kind[:30]))
    if drill.ended_at is not None:
        raise DrillError(_("The drill is over."))
    now = timezone.now()
    done, _created = DrillAct.objects.get_or_create(
        drill=drill,
        key=key,
        defaults={
            "at": now,
            "recorded_at": drill.recorded(now),
            "actor": actor,
            "kind": kind,
            "layer": layer[:41],
            "feature_id": feature_id,
            "title": title[:MOST_TITLE],
            "text": text[:MOST_TEXT],
        },
    )
    return done


@transaction.atomic
def end(drill_id: int, actor: Any) -> Drill:
    """End a drill; ended again it stays as it was."""
    drill = Drill.objects.select_for_update().get(pk=drill_id)
    if drill.ended_at is None:
        drill.ended_at, drill.ended_by = timezone.now(), actor
        drill.save(update_fields=["ended_at", "ended_by"])
    return drill
