"""The escalation policies of the demo."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .escalating import levels
from .models import Policy

if TYPE_CHECKING:
    from fixtures import Demo

TABLE = "escalation_policies"


def load(demo: Demo) -> int:
    """The policies of ``fixtures/facts/escalation_policies.csv``; how many."""
    rows = demo.table(TABLE)
    for row in rows:
        steps = json.loads(row["levels"])
        levels(steps)
        Policy.objects.update_or_create(
            slug=row["slug"],
            defaults={
                "title": row["title"],
                "order": int(row["order"]),
                "severities": row["severities"].split(),
                "loops": int(row["loops"]),
                "levels": steps,
            },
        )
    return len(rows)
