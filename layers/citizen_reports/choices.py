"""Words with a fixed meaning: categories, channels, and the life of a report."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """Fields of life. Codes are the service codes of the Open311 address."""

    ROAD = "road", _("Road or pavement damage")
    LIGHT = "light", _("Street light out")
    WASTE = "waste", _("Waste and litter")
    NOISE = "noise", _("Noise")
    SMELL = "smell", _("Smell and air pollution")
    WATER = "water", _("Water supply and quality")
    DRAIN = "drain", _("Flooding and drains")
    POWER = "power", _("Power fault")
    TRAFFIC = "traffic", _("Traffic and parking")
    ORDER = "order", _("Public order")
    BUILD = "build", _("Land and illegal building")
    SERVICE = "service", _("Service and procedures")
    FOOD = "food", _("Food safety")
    SCHOOL = "school", _("Schools and fees")
    FISHING = "fishing", _("Illegal fishing")
    FIRE = "fire", _("Fire and fire risk")
    OTHER = "other", _("Other")


class Channel(models.TextChoices):
    APP = "app", _("Mobile app")
    WEB = "web", _("Web portal")
    HOTLINE = "hotline", _("Hotline")
    COUNTER = "counter", _("At the counter")
    PARTNER = "partner", _("Partner system")


class Status(models.TextChoices):
    RECEIVED = "received", _("Received")
    CHECKED = "checked", _("Checked")
    FORWARDED = "forwarded", _("Forwarded")
    HANDLING = "handling", _("Being handled")
    ANSWERED = "answered", _("Answered")
    PUBLISHED = "published", _("Answer published")
    CLOSED = "closed", _("Closed")
    RETURNED = "returned", _("Returned")
    DUPLICATE = "duplicate", _("Duplicate")


# Nobody waits any more: the clock stands.
DONE = frozenset(
    {
        Status.ANSWERED,
        Status.PUBLISHED,
        Status.CLOSED,
        Status.RETURNED,
        Status.DUPLICATE,
    }
)

# What may follow what. A unit may return what is not its own; a citizen may have a
# closed report opened again.
TRANSITIONS: dict[str, frozenset[str]] = {
    Status.RECEIVED: frozenset({Status.CHECKED, Status.RETURNED, Status.DUPLICATE}),
    Status.CHECKED: frozenset({Status.FORWARDED, Status.RETURNED, Status.DUPLICATE}),
    Status.FORWARDED: frozenset({Status.HANDLING, Status.CHECKED}),
    Status.HANDLING: frozenset({Status.ANSWERED, Status.CHECKED}),
    Status.ANSWERED: frozenset({Status.PUBLISHED, Status.HANDLING, Status.CLOSED}),
    Status.PUBLISHED: frozenset({Status.CLOSED, Status.HANDLING}),
    Status.CLOSED: frozenset({Status.HANDLING}),
    Status.RETURNED: frozenset(),
    Status.DUPLICATE: frozenset(),
}


def may_become(old: str, new: str) -> bool:
    """True for a step that the flow knows."""
    return new in TRANSITIONS.get(old, frozenset())
