"""Publishing figures and taking them back. Every way in ends here."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from layers.core.versions import begin_change

from . import computing, store, turning
from .models import Fact, Load

SLUG = "indicators"


@transaction.atomic
def publish(facts: Iterable[Fact]) -> int:
    """Append facts, compute what reads them, and tell what turned red; those
    published before are left as they are.

    Returns how many were new, computed ones not counted. Units, indicators and loads
    must exist.
    """
    begin_change(SLUG)
    listed = list(facts)
    gone = computing.make_room(listed)
    fresh = store.append(listed)
    turning.record(fresh, computing.follow(fresh, gone))
    return len(fresh)


@transaction.atomic
def withdraw(load: Load, *, by_id: int | None, reason: str) -> int:
    """Take everything back that came with ``load``, and what was computed from it;
    how many facts came with it.

    Withdrawn twice is withdrawn once.
    """
    begin_change(SLUG)
    load = Load.objects.select_for_update().get(pk=load.pk)
    if load.withdrawn_at is not None:
        return 0
    gone = store.withdraw(load, by_id=by_id, reason=reason)
    computing.unfollow(gone)
    return len(gone)


@transaction.atomic
def recompute(codes: Iterable[str]) -> int:
    """Compute indicators for all periods, after their formulas changed; how many
    figures are new. Those that the formulas no longer give are withdrawn."""
    begin_change(SLUG)
    return len(computing.recompute(codes))
