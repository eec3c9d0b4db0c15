"""Users and scopes go on with the units that follow theirs.

What a user may see grows only where it must. A scope on a unit that ended keeps it,
since what happened there still belongs to it, and gains

* the successor that most of the unit's people went to, whole, even when others
  joined it: somebody has to answer for it from the first day on;
* every other successor that was made of nothing but units of the scope.

A part of a divided unit that went to a new unit together with others' land is not
given by itself: an administrator decides that. Users work for the main successor.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import partial

from django.db import transaction

from layers.core import units
from layers.core.units import Descent, Follower, followers

from .grants import revoke
from .models import Scope, User


def follow(day: date, heirs: dict[int, list[Descent]]) -> int:
    """Scopes and users changed. Tokens of those concerned are void."""
    ended = list(heirs)
    changed: dict[int, User] = {}
    moved = 0
    for scope in Scope.objects.select_related("user").filter(units__overlap=ended):
        gained = _gained(scope.units, heirs)
        if gained:
            scope.units = [*scope.units, *gained]
            scope.save(update_fields=["units"])
            changed[scope.user_id] = scope.user
            moved += 1
    for user in User.objects.filter(unit_id__in=ended):
        user.unit_id = heirs[user.unit_id or 0][0].new_id
        user.save(update_fields=["unit_id"])
        changed[user.pk] = user
        moved += 1
    for user in changed.values():
        revoke(user)
        # again when it is done: a token signed meanwhile would have the old scope
        transaction.on_commit(partial(revoke, user), robust=True)
    return moved


def _gained(held: list[int], heirs: dict[int, list[Descent]]) -> list[int]:
    """The successors that a scope of these units gains, in the order of the units."""
    forerunners: dict[int, set[int]] = defaultdict(set)
    for line in units.lineage():
        forerunners[line.new_id].add(line.old_id)
    covered = units.tree().expand(held)
    wanted: list[int] = []
    for unit_id in held:
        for place, line in enumerate(heirs.get(unit_id, ())):
            whole = bool(forerunners[line.new_id]) and (
                forerunners[line.new_id] <= covered
            )
            known = line.new_id in held or line.new_id in wanted
            if (place == 0 or whole) and not known:
                wanted.append(line.new_id)
    return wanted


# last: who loses a token must find the rows moved already
FOLLOWER = followers.register(Follower(slug="accounts", order=90, run=follow))
