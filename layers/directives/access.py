"""Who may do what to directives. Roles are groups, as in the layer's declaration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from layers.core.scope import Grant, everything

DRAFTERS = frozenset({"administrator", "operator", "leader"})
SIGNERS = frozenset({"administrator", "leader"})
OVERSEERS = SIGNERS | {"supervisor"}
# Those who have anything to do about directives.
ACTORS = DRAFTERS | OVERSEERS | {"officer"}


class NotFoundError(LookupError):
    """No such directive, or not the caller's to see."""


class NotAllowedError(PermissionError):
    """The caller may see it but not do this."""


class RefusedError(ValueError):
    """The act makes no sense now, or something is missing; the text says what."""


@dataclass(frozen=True, slots=True)
class Who:
    """The caller and what they may see. No user: the system itself.

    ``giver``: in whose name they act, by ``delegation``; roles and grant are then the
    giver's, as far as directives go. What a superuser may by being one is nobody
    else's, and drafting stays one's own. ``signing``: the delegation covers signing.
    """

    user: Any = None
    grant: Grant | None = None
    giver: Any = None
    delegation: int | None = None
    signing: bool = False

    @property
    def id(self) -> int | None:
        return self.user.pk if self.user is not None else None

    @property
    def acting(self) -> Any:
        """Whose rights count."""
        return self.giver or self.user

    @property
    def acting_id(self) -> int | None:
        return self.acting.pk if self.acting is not None else None

    @property
    def stamp(self) -> dict[str, Any]:
        """What an event says of somebody who acts in another's name."""
        if self.giver is None:
            return {}
        return {"for_id": self.giver.pk, "for": self.giver.display_name}

    @property
    def rights(self) -> Grant:
        if self.user is None:
            return everything()
        return self.grant if self.grant is not None else Grant()

    @property
    def _whole(self) -> bool:
        """The system, or a superuser in person."""
        return self.user is None or (self.giver is None and self.user.is_superuser)

    def plays(self, roles: frozenset[str]) -> bool:
        """Whether the caller has one of the roles (the system has all)."""
        return self._whole or self.acting.groups.filter(name__in=roles).exists()

    def drafts(self) -> bool:
        return self.giver is None and self.plays(DRAFTERS)

    def signs(self) -> bool:
        return (self.giver is None or self.signing) and self.plays(SIGNERS)

    def oversees(self) -> bool:
        return self.plays(OVERSEERS)

    def may(self, party: str) -> bool:
        """Whether acts of the centre of this kind are the caller's."""
        return self.oversees() if party == "overseer" else self.signs()

    def works_for(self, unit_id: int | None) -> bool:
        """Acts for a unit: an officer for those in scope; the centre's own staff
        see every unit but answer for none of them."""
        if self.user is None:
            return True
        units = self.rights.units
        if units is None:
            return self._whole or self.acting.unit_id == unit_id
        return unit_id in units and self.plays(frozenset({"officer"}))


SYSTEM = Who()
