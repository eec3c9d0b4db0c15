"""Who was told of a feature: a part of its drawer, and of reports."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import F
from django.http import HttpRequest

from layers.core.drawer import Section

from .contract import kinds
from .models import Channel, Delivery

MOST = 60


def of_feature(layer: str, feature_id: int) -> list[Delivery]:
    """Deliveries about a feature, oldest first."""
    return list(
        Delivery.objects.filter(message__layer=layer, message__feature_id=feature_id)
        .select_related("message")
        .order_by("pk")
    )


def names_of(keys: Collection[str]) -> dict[str, list[str]]:
    """Who was told each of these notices, by name; a key that told nobody is left
    out."""
    rows = Delivery.objects.filter(message__key__in=keys).select_related("user")
    found: dict[str, set[str]] = {}
    for row in rows.annotate(key=F("message__key")):
        name = row.user.display_name if row.user else row.person or row.address
        found.setdefault(row.key, set()).add(name)
    return {key: sorted(names) for key, names in found.items()}


def channel_titles() -> dict[str, str]:
    """Titles of all channels that are or were configured, by slug."""
    titles = {kind.slug: str(kind.title) for kind in kinds.values()}
    return titles | dict(Channel.objects.values_list("slug", "title"))


def section(layer: str, role: str) -> Section:
    """For ``drawer.sections``: who was told of a feature of a layer, over what, when
    it was delivered and read. The drawer itself is in the caller's scope."""

    def run(request: HttpRequest, feature_id: int) -> dict[str, Any] | None:
        rows = of_feature(layer, feature_id)
        if not rows:
            return None
        titles = channel_titles()
        shown = [(row, titles.get(row.channel, "—")) for row in rows[-MOST:]]
        return {"shown": shown, "earlier": max(0, len(rows) - MOST)}

    return Section(
        slug=f"told-{layer}", order=80, role=role, template="core/told.html", run=run
    )
