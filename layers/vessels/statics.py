"""Static reports: names, call signs, sizes. Kept once per content."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection, transaction

from layers.core.ingest import Bools

from .identity import AIS_SOURCE, directory
from .personal import without_phone
from .reports import Static

SQL = Path(__file__).parent / "sql"
NOT_CONTENT = ("device", "at", "digest")


def apply_statics(
    statics: list[Static], ids: dict[str, int], classes: dict[int, str], seq: int
) -> Bools:
    """Store the reports; True for those known with this or a later time.

    ``ids``: device ids by key; ``classes``: vessel class by device id.
    """
    content = [json.dumps(_content(static)) for static in statics]
    arrays: list[Any] = [
        [static.device for static in statics],
        [static.digest for static in statics],
        [datetime.fromtimestamp(static.at, UTC) for static in statics],
        content,
    ]
    with connection.cursor() as cursor:
        cursor.execute((SQL / "statics_known.sql").read_text(), arrays[:3])
        again = {ordinal for (ordinal,) in cursor.fetchall()} | _repeated(statics)
        cursor.execute((SQL / "statics_store.sql").read_text(), arrays)
    fresh = [static for row, static in enumerate(statics) if row not in again]
    if fresh:
        _describe(fresh, ids, classes, seq)
    return np.fromiter((row in again for row in range(len(statics))), bool)


def _repeated(statics: list[Static]) -> set[int]:
    """Reports that stand in the delivery before, with this or a later time."""
    latest: dict[tuple[str, int], float] = {}
    repeated = set()
    for row, static in enumerate(statics):
        key = (static.device, static.digest)
        if latest.get(key, -inf) >= static.at:
            repeated.add(row)
        latest[key] = max(latest.get(key, -inf), static.at)
    return repeated


def _content(static: Static) -> dict[str, Any]:
    return {
        name: value
        for name, value in asdict(static).items()
        if value and name not in NOT_CONTENT
    }


def _describe(
    statics: list[Static], ids: dict[str, int], classes: dict[int, str], seq: int
) -> None:
    """Give vessels that only AIS knows what they say of themselves.

    What stands in the register is never changed by what a radio claims.
    """
    statics = sorted(statics, key=lambda entry: entry.at)
    device_id = np.array([ids[static.device] for static in statics], np.int64)
    at = np.array([static.at for static in statics])
    index, known = directory.vessels(device_id, np.zeros_like(device_id), at, classes)
    newest: dict[int, dict[str, Any]] = {}
    renamed: set[int] = set()
    for static, number in zip(statics, index.tolist(), strict=True):
        said = newest.setdefault(known[number].vessel_id, {})
        said.update(_content(static))
        if static.name and static.name != known[number].title:
            renamed.add(ids[static.device])
    rows = [
        (
            vessel_id,
            without_phone(said.get("name", "")),
            said.get("call_sign", ""),
            said.get("imo") or None,
            said.get("length_m"),
            said.get("width_m"),
            said.get("destination", ""),
            said.get("vessel_class", ""),
        )
        for vessel_id, said in newest.items()
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            (SQL / "statics_describe.sql").read_text(), [*columns, AIS_SOURCE, seq]
        )
    transaction.on_commit(lambda: directory.drop(renamed))
