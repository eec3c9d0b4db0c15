"""Values into the history: each once, whatever comes again or in between."""

from __future__ import annotations

import numpy as np
from django.db import connection

from layers.core.copyin import copy_into
from layers.stations.statements import statement

from .readings import Ints, Readings


def append(records: Readings, series: Ints, qc: Ints) -> Ints:
    """Store the readings that are not known; their indices, in order of receipt."""
    rows = _first_of_each(records, series)
    batch = records.batch_id[rows]
    with connection.cursor() as cursor:
        cursor.execute(statement("arriving"))
        copy_into(
            "stations_arriving",
            {
                "n": ("i4", rows),
                "series_id": ("i8", series[rows]),
                "at": ("at", records.at[rows]),
                "value": ("f8", np.ma.masked_invalid(records.value[rows])),
                "status": ("i2", records.status[rows]),
                "qc": ("i2", qc[rows]),
                "received_at": ("at", records.received_at[rows]),
                "batch_id": ("i8", np.ma.masked_equal(batch, 0)),
            },
        )
        first, last = np.floor(records.at.min()), np.ceil(records.at.max())
        span = {"first": float(first), "last": float(last)}
        cursor.execute(statement("append"), span)
        added = np.array([n for (n,) in cursor.fetchall()], dtype=np.int64)
    return np.sort(added)


def _first_of_each(records: Readings, series: Ints) -> Ints:
    """Indices without what is repeated within the delivery, by series and time."""
    missing = np.isnan(records.value)
    value = np.where(missing, 0.0, records.value)
    said = records.status * 2 + missing
    order = np.lexsort((said, value, records.at, series))
    again = np.zeros(len(order), dtype=np.bool_)
    again[1:] = True
    for column in (series, records.at, value, said):
        again[1:] &= column[order[1:]] == column[order[:-1]]
    return order[~again]
