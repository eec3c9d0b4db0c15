"""Writing playbooks: a change is a new version, which a second person puts in force."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core.versions import begin_change
from layers.directives.access import (
    NotAllowedError,
    NotFoundError,
    RefusedError,
    Who,
)
from layers.directives.log import SLUG
from layers.directives.models import Playbook

FIELDS = (
    "title",
    "title_en",
    "legal_basis",
    "triggers",
    "ladder",
    "area_km",
    "steps",
    "auto_issue",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a version says. ``steps`` and ``ladder`` as they are stored."""

    title: str
    steps: list[dict[str, Any]]
    title_en: str = ""
    legal_basis: str = ""
    triggers: list[str] = field(default_factory=list)
    ladder: list[dict[str, Any]] = field(default_factory=list)
    area_km: float | None = None
    auto_issue: bool = False


def content_of(playbook: Playbook) -> Content:
    """A version as it would be written again: older spellings are made new."""
    values = {name: getattr(playbook, name) for name in FIELDS}
    steps = [
        step.model_dump(mode="json", exclude_none=True) for step in playbook.typed_steps
    ]
    return Content(**{**values, "steps": steps})


def newest() -> QuerySet[Playbook]:
    """The newest version of each playbook."""
    return Playbook.objects.order_by("slug", "-version").distinct("slug")


def in_force() -> dict[str, Playbook]:
    """The version in force of each playbook that has one."""
    found = Playbook.objects.filter(enabled=True).order_by("slug", "version")
    return {playbook.slug: playbook for playbook in found}


def one(slug: str, version: int | None = None) -> Playbook:
    """A version; without a number the one in force, else the newest.

    Raises NotFoundError.
    """
    rows = Playbook.objects.filter(slug=slug).order_by("-enabled", "-version")
    if version is not None:
        rows = rows.filter(version=version)
    playbook = rows.select_related("created_by", "approved_by").first()
    if playbook is None:
        raise NotFoundError(_("There is no such playbook."))
    return playbook


@transaction.atomic
def save_version(slug: str, content: Content, who: Who, note: str = "") -> Playbook:
    """Store a new version, not in force yet. What equals the newest version is that
    version. Raises NotAllowedError, ValidationError."""
    if not who.drafts():
        raise NotAllowedError(_("Your role may not write playbooks."))
    begin_change(SLUG)
    held = Playbook.objects.select_for_update().filter(slug=slug)
    last = held.order_by("-version").first()
    if last is not None and content_of(last) == content:
        return last
    playbook = Playbook(
        slug=slug,
        version=(held.aggregate(n=Max("version"))["n"] or 0) + 1,
        enabled=False,
        note=note[:300],
        created_by=who.user,
        **{name: getattr(content, name) for name in FIELDS},
    )
    playbook.full_clean()
    playbook.save()
    return playbook


@transaction.atomic
def put_in_force(slug: str, version: int, who: Who) -> Playbook:
    """From now on alerts start this version, and no other of the playbook.

    Raises NotAllowedError (no leader, or the writer), NotFoundError, RefusedError.
    """
    if not who.signs():
        raise NotAllowedError(_("Only a leader puts a playbook in force."))
    begin_change(SLUG)
    list(Playbook.objects.select_for_update().filter(slug=slug))
    playbook = one(slug, version)
    if playbook.created_by_id is not None and playbook.created_by_id == who.id:
        raise NotAllowedError(
            _("You wrote this version: somebody else puts it in force.")
        )
    if playbook.enabled:
        return playbook
    try:
        playbook.full_clean()
    except ValidationError as error:
        raise RefusedError("; ".join(error.messages)) from error
    Playbook.objects.filter(slug=slug, enabled=True).update(enabled=False)
    playbook.enabled = True
    playbook.approved_by, playbook.approved_at = who.user, timezone.now()
    playbook.save()
    return playbook


@transaction.atomic
def take_out(slug: str, who: Who) -> int:
    """No version is in force any more; how many were."""
    if not who.signs():
        raise NotAllowedError(_("Only a leader takes a playbook out of force."))
    begin_change(SLUG)
    return Playbook.objects.filter(slug=slug, enabled=True).update(enabled=False)
