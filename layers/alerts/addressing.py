"""Whom a level of escalation means, at the moment it is reached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.contrib.auth import get_user_model
from django.db.models import Q
from pydantic import BaseModel, ConfigDict, Field, model_validator

from layers.core import people, units
from layers.core.delivery.contract import on_duty
from layers.core.units import Contact

from .models import Alert, Watch

SLUG = "alerts"
OPERATORS = "operator"


class To(BaseModel):
    """``role``: everyone who has it (``on_call``: of them those on duty, if a roster
    knows any); ``user``: one, by name; ``watch``: who is at the operators' desk;
    ``unit``: who answers for the alert's unit by its roster; ``unit_above``: for the
    unit above it. ``value`` of role and user is their name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["role", "user", "watch", "unit", "unit_above"]
    value: str = Field("", max_length=150)
    on_call: bool = False

    @model_validator(mode="after")
    def _named(self) -> To:
        if self.kind in ("role", "user") and not self.value:
            raise ValueError(f"{self.kind} needs a value")
        return self


@dataclass(slots=True)
class Addressees:
    """Ids of users and people of units; both without repetitions."""

    users: list[int] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.users) + len(self.contacts)


def resolve(wanted: Iterable[To], alert: Alert, now: datetime) -> Addressees:
    """The people of a level. Users who may not see the alert are left out."""
    found = Addressees()
    for to in wanted:
        if to.kind in ("unit", "unit_above"):
            found.contacts += _contacts(to, alert, now)
        else:
            found.users += [user.pk for user in _seeing(_users(to, now), alert)]
    found.users = list(dict.fromkeys(found.users))
    found.contacts = list(dict.fromkeys(found.contacts))
    return found


def _seeing(users: Iterable[Any], alert: Alert) -> list[Any]:
    return people.who_see(users, SLUG, alert.unit_id)


def _users(to: To, now: datetime) -> list[Any]:
    active = get_user_model().objects.filter(is_active=True).order_by("pk")
    if to.kind == "user":
        return list(active.filter(username=to.value))
    if to.kind == "watch":
        present = list(active.filter(pk__in=at_desk(now)))
        # An empty desk must not swallow an alert.
        return present or list(active.filter(groups__name=OPERATORS))
    members = list(active.filter(groups__name=to.value).distinct())
    if not to.on_call:
        return members
    return [user for user in members if on_duty(user.pk, now)] or members


def at_desk(now: datetime) -> list[int]:
    """Users who are on watch: who came and did not leave, and whoever the roster has
    there and has not left."""
    planned = Q(starts_at__lte=now, ends_at__gt=now, came_at=None)
    there = Q(came_at__lte=now, left_at=None)
    rows = Watch.objects.filter(planned | there, left_at=None)
    return list(rows.order_by("pk").values_list("user_id", flat=True).distinct())


def _contacts(to: To, alert: Alert, now: datetime) -> list[Contact]:
    """Whoever is on duty by the unit's roster, else the first who answers for it."""
    unit_id = alert.unit_id
    if to.kind == "unit_above":
        above = units.tree().ancestors(unit_id)[1:2]
        unit_id = above[0].id if above else None
    if unit_id is None:
        return []
    found = units.responsible(unit_id, now)
    return [contact for contact in found if contact.on_duty] or found[:1]


def desk_duty(user_id: int, at: datetime) -> bool | None:
    """For ``delivery.duties``: on duty at the desk; None: never was on its roster."""
    rows = Watch.objects.filter(user_id=user_id)
    return user_id in at_desk(at) if rows.exists() else None
