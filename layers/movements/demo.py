"""Movements of the demo's boats: found in the tracks that the demo made.

Nothing is made up here: the two days of tracks are settled already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from . import services
from .models import Movement

if TYPE_CHECKING:
    from fixtures import Demo


def load(demo: Demo) -> int:
    """Find the movements of all settled tracks; how many are published."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT device_id, extract(epoch FROM min(day))::float8 FROM tracks_day"
            " GROUP BY device_id ORDER BY device_id"
        )
        rows = cursor.fetchall()
    services.mark([row[0] for row in rows], [row[1] for row in rows])
    services.settle_due()
    return Movement.objects.filter(published=True).count()
