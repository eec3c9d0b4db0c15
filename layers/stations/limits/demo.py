"""Made-up permits of the demo's waste water stations, under the 2011 edition."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from layers.stations.kinds import Kind
from layers.stations.models import Permit, Station

REGULATION = "QCVN 40:2011/BTNMT"
GRANTED = date(2022, 1, 1)
# Receiving rivers below 50, of 50 to 200, of 200 to 500 cubic metres a second.
KQ = (0.9, 1.0, 1.1)
# Flows of 500 to 5,000 cubic metres a day, as the demo's stations have them.
KF = 1.0


def load(stations: Sequence[Station]) -> None:
    """One permit for each station that has a permit number."""
    mine = [s for s in stations if s.kind == Kind.EFFLUENT and s.permit_no]
    Permit.objects.bulk_create(
        Permit(
            station=station,
            number=station.permit_no,
            regulation=REGULATION,
            column=station.limit_column,
            kq=KQ[n % len(KQ)],
            kf=KF,
            valid_from=GRANTED,
        )
        for n, station in enumerate(mine)
    )
