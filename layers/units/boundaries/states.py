"""From draft to in force: dating, confirming, taking back, withdrawing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.units.models import BoundarySet, SetState

from . import standing, switching
from .drafts import RefusedError


@transaction.atomic
def set_day(
    set_id: int, day: date, valid_to: date | None, decree: str, source: str
) -> None:
    """Another first day, legal basis or source of a draft. Raises RefusedError."""
    made = _held(set_id, SetState.DRAFT)
    if valid_to is not None and valid_to < day:
        raise RefusedError(_("The last day is before the first."))
    made.valid_from, made.valid_to = day, valid_to
    made.decree, made.source = decree, source or made.source
    made.save(update_fields=["valid_from", "valid_to", "decree", "source"])


@transaction.atomic
def confirm(set_id: int, user: Any, digest: str) -> str:
    """Switch a draft whose day has come, schedule another; the state that it is in
    then. Raises RefusedError when it is not what was looked at."""
    made = _held(set_id, SetState.DRAFT)
    if made.valid_from <= timezone.localdate():
        switching.switch(made, user, digest)
        return SetState.IN_FORCE
    if not made.is_read:
        raise RefusedError(_("The outlines of this set were not read yet."))
    compared = standing.compare(made)
    if digest != compared.digest:
        raise RefusedError(
            _("The units or the set changed since you looked: look at it again.")
        )
    switching.must_be_free(made, compared)
    made.state = SetState.SCHEDULED
    made.decided_by, made.decided_at = user, timezone.now()
    made.save(update_fields=["state", "decided_by", "decided_at"])
    return SetState.SCHEDULED


@transaction.atomic
def take_back(set_id: int) -> None:
    """A scheduled set is a draft again. Raises RefusedError once it is in force."""
    made = _held(set_id, SetState.SCHEDULED)
    made.state = SetState.DRAFT
    made.decided_by = made.decided_at = None
    made.outcome = {}
    made.save(update_fields=["state", "decided_by", "decided_at", "outcome"])


@transaction.atomic
def withdraw(set_id: int, user: Any) -> None:
    """A draft that will not be used; it stays on record."""
    made = _held(set_id, SetState.DRAFT)
    made.state = SetState.WITHDRAWN
    made.decided_by, made.decided_at = user, timezone.now()
    made.save(update_fields=["state", "decided_by", "decided_at"])


def _held(set_id: int, state: str) -> BoundarySet:
    made = BoundarySet.objects.select_for_update(of=("self",)).get(pk=set_id)
    if made.state != state:
        raise RefusedError(
            _("This set is not in the state for that any more: %s")
            % made.get_state_display()
        )
    return made
