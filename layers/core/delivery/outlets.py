"""The channels that can be used now."""

from __future__ import annotations

import logging

from .contract import Outlet, SettingsError, kinds, typed
from .models import Channel

log = logging.getLogger(__name__)


def available() -> dict[str, Outlet]:
    """Channels by slug, in their order: those configured and those built in.

    A row with the code of a built-in channel takes its place (also to switch it off).
    """
    rows = {row.slug: row for row in Channel.objects.all()}
    found = [outlet for row in rows.values() if (outlet := of_row(row)) is not None]
    for kind in kinds.values():
        if kind.built_in and kind.slug not in rows and kind.ready():
            found.append(
                Outlet(kind.slug, kind.title, kind, kind.settings(), kind.order)
            )
    found.sort(key=lambda outlet: (outlet.order, outlet.slug))
    return {outlet.slug: outlet for outlet in found}


def of_row(row: Channel) -> Outlet | None:
    """The channel of a row; None when it is off, or its settings are broken."""
    kind = kinds.get(row.kind)
    if kind is None or not row.enabled or not kind.ready():
        return None
    try:
        return Outlet(row.slug, row.title, kind, typed(kind, row.settings), row.order)
    except SettingsError as error:
        log.error("channel %s is not used: %s", row.slug, error)
        return None
