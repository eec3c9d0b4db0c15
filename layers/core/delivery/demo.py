"""The channels of the demo; nothing leaves the machine over them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .contract import kinds, typed
from .models import Channel

if TYPE_CHECKING:
    from fixtures import Demo

TABLE = "channels"


def load(demo: Demo) -> int:
    """The channels of ``fixtures/facts/channels.csv``; how many."""
    rows = demo.table(TABLE)
    for row in rows:
        settings = json.loads(row["settings"])
        typed(kinds[row["kind"]], settings)
        Channel.objects.update_or_create(
            slug=row["slug"],
            defaults={
                "title": row["title"],
                "kind": row["kind"],
                "order": int(row["order"]),
                "settings": settings,
            },
        )
    return len(rows)
