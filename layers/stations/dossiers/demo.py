"""One case file of the demo, opened as staff would, about a real exceedance of its
made-up values."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone, translation

from layers.core.scope import everything
from layers.stations.kinds import Kind
from layers.stations.models import Dossier, Station

from . import services
from .services import Entered

HOURS = 48

# The waste water station whose values are furthest over an own or legal limit lately.
_WORST = """
SELECT o.station_id, o.parameter
FROM (
    SELECT s.station_id, s.parameter, max(v.value) AS highest
    FROM stations_series s
    JOIN stations_station t ON t.id = s.station_id AND t.kind = %s
    JOIN stations_observation v ON v.series_id = s.id
    WHERE v.at > %s AND v.at <= %s AND v.status = 0
    GROUP BY s.station_id, s.parameter
) o
JOIN LATERAL (
    SELECT max(l.value) AS value
    FROM stations_limits_on(ARRAY[o.station_id], ARRAY[%s]::date[]) l
    WHERE l.parameter = o.parameter AND l.direction = 'upper'
) held ON held.value > 0
WHERE o.highest > held.value
ORDER BY o.highest / held.value DESC, o.station_id, o.parameter
LIMIT 1
"""


def load() -> int:
    """Open the case and forward it; how many (0 without an exceedance)."""
    now = timezone.now()
    since = now - timedelta(hours=HOURS)
    with connection.cursor() as cursor:
        cursor.execute(_WORST, [Kind.EFFLUENT, since, now, timezone.localdate(now)])
        found = cursor.fetchone()
    if found is None:
        return 0
    station = Station.objects.get(pk=found[0])
    with translation.override("vi"):
        dossier = services.open_dossier(
            station, Entered(parameters=(found[1],), since=since, until=now), None
        )
        if dossier.status == Dossier.Status.DRAFT:
            services.step(dossier.pk, "forward", None, everything(), text="DEMO")
    return 1
