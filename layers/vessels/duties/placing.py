"""States of place: what the newest positions say, written where it differs.

Only the newest credible fix of a vessel counts, so late data change nothing, and all
can be told again from the live rows.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from layers.core import events
from layers.core.events import Happening
from layers.core.spec import by_role
from layers.core.versions import current

from . import places

SLUG = "vessels"
SQL = Path(__file__).parent.parent / "sql"
READ = (SQL / "duties_places.sql").read_text()
SAVE = (SQL / "duties_place_save.sql").read_text()

# Everything: live rows are stamped with numbers from 1.
ALL = -1
# Zones and day that the states were told by, and up to which change of the live rows,
# when this process looked last.
_told_by: list[tuple[tuple[tuple[int, int], date], int]] = []


def update(ids: list[int]) -> set[int]:
    """Tell the places of these vessels from their live rows; who changed."""
    return _update(ids, ALL)


def update_all(seq: int) -> set[int]:
    """Tell the places of vessels that moved since this process looked last; of all
    when zones or the day have changed since. ``seq``: the change of the caller, who
    holds the layer's lock, so that nothing older can come to be."""
    token = (current(by_role(places.ROLE).slug), timezone.localdate())
    known, after = _told_by[0] if _told_by else (None, ALL)
    if known != token:
        places.zones.forget()  # type: ignore[attr-defined]
        after = ALL
    transaction.on_commit(lambda: _remember(token, seq))
    return _update(None, after)


def _remember(token: tuple[tuple[int, int], date], seq: int) -> None:
    _told_by[:] = [(token, seq)]


def _update(ids: list[int] | None, after: int) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(READ, {"ids": ids, "after": after})
        rows = cursor.fetchall()
    return _write(rows) if rows else set()


def _write(rows: list[tuple[Any, ...]]) -> set[int]:
    """Rows: id, time, lon, lat, error_m, then at_sea, port_id, band, beyond as they
    were written last (None: never), title, unit_id."""
    known = places.zones()
    lon, lat, error_m = (np.array([r[at] for r in rows], float) for at in (2, 3, 4))
    was = np.array([row[6] or 0 for row in rows], dtype=np.int64)
    told = places.place(lon, lat, error_m, was, known)
    changed: list[tuple[Any, ...]] = []
    crossed: list[Happening] = []
    for row, port, band, beyond in zip(
        rows, told.port.tolist(), told.band.tolist(), told.beyond.tolist(), strict=True
    ):
        at_sea = port < 0
        port_id = None if at_sea else int(known.ports.id[port])
        title = "" if at_sea else known.ports.title[port][:200]
        name = "" if band < 0 else known.bands.title[band][:20]
        out = bool(beyond and at_sea)
        if (at_sea, port_id, title, name, out) != tuple(row[5:10]):
            at = datetime.fromtimestamp(row[1], UTC)
            changed.append((row[0], at, at_sea, port_id, title, name, out))
            if out != bool(row[9]):
                crossed.append(_crossed(row, at, out))
    events.record(crossed)
    if changed:
        columns = [list(column) for column in zip(*changed, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(SAVE, columns)
    return {row[0] for row in changed}


def _crossed(row: tuple[Any, ...], at: datetime, out: bool) -> Happening:
    """Beyond the outer limit, or back: by the newest position of each side."""
    kind = f"vessel.beyond_{'began' if out else 'ended'}"
    return Happening(
        key=f"{kind}:{row[0]}:{row[1]:.3f}",
        kind=kind,
        layer=SLUG,
        feature_id=row[0],
        title=row[10],
        unit_id=row[11],
        lon=row[2],
        lat=row[3],
        happened_at=at,
    )
