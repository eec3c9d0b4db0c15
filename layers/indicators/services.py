"""Publishing figures and taking them back. Every way in ends here."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from layers.core.versions import begin_change

from . import store
from .models import Fact, Load

SLUG = "indicators"


@transaction.atomic
def publish(facts: Iterable[Fact]) -> int:
    """Append facts; those published before are left as they are.

    Returns how many were new. Units, indicators and loads must exist.
    """
    begin_change(SLUG)
    return len(store.append(list(facts)))


@transaction.atomic
def withdraw(load: Load, *, by_id: int | None, reason: str) -> int:
    """Take everything back that came with ``load``; how many facts that were.

    Withdrawn twice is withdrawn once.
    """
    begin_change(SLUG)
    load = Load.objects.select_for_update().get(pk=load.pk)
    if load.withdrawn_at is not None:
        return 0
    return len(store.withdraw(load, by_id=by_id, reason=reason))
