"""Who looked at a feature: the audit log, as reports need it.

The log belongs to the shell; whoever keeps one registers a reader here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from .registry import Registry


@dataclass(frozen=True, slots=True)
class Look:
    """One person did something about a feature. ``action`` as in the audit log
    (``view``, ``drawer``, ``evidence``, ``export`` …)."""

    at: datetime
    who: str
    action: str


@dataclass(frozen=True, slots=True)
class Keeper:
    """Reads what is kept: ``run(layer, feature id, since)``, oldest first."""

    slug: str
    run: Callable[[str, int, datetime], list[Look]]


keepers: Registry[Keeper] = Registry("keeper of looks")


def looks(layer: str, feature_id: int, since: datetime) -> list[Look]:
    """Every look at a feature from ``since`` on, oldest first."""
    found = [
        look
        for keeper in keepers.values()
        for look in keeper.run(layer, feature_id, since)
    ]
    return sorted(found, key=lambda look: look.at)
