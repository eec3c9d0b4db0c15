"""Messages of a person, and the log of deliveries in the caller's scope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from layers.core.delivery.contract import Person
from layers.core.delivery.models import IN_APP, Attempt, Delivery, State
from layers.core.delivery.outlets import available
from layers.core.scope import Grant

READ_LOG = "core.view_delivery"
RESEND = "core.change_delivery"


def inbox(user_id: int) -> QuerySet[Delivery]:
    """The message centre of one person, newest first."""
    rows = Delivery.objects.filter(user_id=user_id, channel=IN_APP)
    return rows.select_related("message").order_by("-pk")


def unread(user_id: int) -> int:
    return Delivery.objects.filter(
        user_id=user_id, channel=IN_APP, read_at=None
    ).count()


def log(user: Any, grant: Grant) -> QuerySet[Delivery]:
    """Deliveries that the caller may see: their own, and with the permission those
    about rows in their scope."""
    rows = Delivery.objects.select_related("message", "user")
    own = Q(user_id=user.pk)
    if not user.has_perm(READ_LOG):
        return rows.filter(own)
    about = Q(message__layer="") | Q(message__layer__in=grant.layers)
    if grant.units is not None:
        about &= Q(message__unit_id__in=grant.units)
    return rows.filter(own | about).order_by("-pk")


def narrowed(rows: QuerySet[Delivery], asked: Mapping[str, str]) -> QuerySet[Delivery]:
    """By state, channel, what it is about, and words."""
    if asked["state"] in State.values:
        rows = rows.filter(state=asked["state"])
    if asked["channel"]:
        rows = rows.filter(channel=asked["channel"])
    if asked["layer"]:
        rows = rows.filter(message__layer=asked["layer"])
    if asked["feature"].isdecimal():
        rows = rows.filter(message__feature_id=int(asked["feature"][:18]))
    if asked["q"]:
        words = asked["q"]
        rows = rows.filter(
            Q(person__icontains=words)
            | Q(message__subject__vi__icontains=words)
            | Q(message__subject__en__icontains=words)
        )
    return rows


def with_tries(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """The attempts themselves, without what each device said."""
    tries = Attempt.objects.filter(target="").order_by("number", "pk")
    return rows.prefetch_related(Prefetch("tries", tries, to_attr="log"))


def offered(person: Person) -> list[tuple[str, str, str]]:
    """(slug, title, address) of the channels to people; "" : they have none there."""
    return [
        (outlet.slug, str(outlet.title), outlet.kind.address(person))
        for outlet in available().values()
        if outlet.slug != IN_APP and not outlet.kind.broadcast
    ]


def shown_address(row: Delivery, user: Any) -> str:
    """Telephone and e-mail are personal: the last letters tell enough to those who
    do not send again themselves."""
    if not row.address or row.address == "devices":
        return ""
    whole = row.user_id == user.pk or user.has_perm(RESEND)
    return row.address if whole else f"…{row.address[-3:]}"
