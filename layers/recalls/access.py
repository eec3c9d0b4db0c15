"""Who may do what to recalls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from layers.core.scope import Grant
from layers.core.spec import by_role

SLUG = "recalls"
WRITES = "recalls.change_recall"
MASK = "vessels.view_owner"


class RefusedError(ValueError):
    """What was asked makes no sense now; the text says why."""


class NotAllowedError(PermissionError):
    """The caller may see it but not do this."""


@dataclass(frozen=True, slots=True)
class Who:
    """The caller and what they may see."""

    user: Any
    grant: Grant

    @property
    def writes(self) -> bool:
        return bool(self.user.has_perm(WRITES)) and SLUG in self.grant.layers

    @property
    def sees(self) -> bool:
        """Recalls are for those who may see vessels."""
        return SLUG in self.grant.layers and self.grant.allows(by_role("vessels"))

    def must_write(self) -> None:
        """Raises NotAllowedError."""
        if not self.writes:
            raise NotAllowedError(WRITES)
