"""What a person may see, asked where no request is at hand: before they are told.

Accounts belong to the shell; it registers how it finds somebody's grant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .registry import Registry
from .scope import NOBODY, Grant
from .spec import registry


@dataclass(frozen=True, slots=True)
class Accounts:
    """Knows users: ``grant(user)``."""

    slug: str
    grant: Callable[[Any], Grant]


accounts: Registry[Accounts] = Registry("accounts")


def grant_of(user: Any) -> Grant:
    """What a user may see; nothing without accounts."""
    return next((entry.grant(user) for entry in accounts.values()), NOBODY)


def who_see(users: Iterable[Any], layer: str, unit_id: int | None) -> list[Any]:
    """Those who may see a row of a layer that belongs to a unit."""
    found = []
    for user in users:
        grant = grant_of(user)
        if grant.allows(registry[layer]) and grant.sees_unit(unit_id):
            found.append(user)
    return found
