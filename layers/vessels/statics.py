"""Static reports: names, call signs, sizes. Kept once per content."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection

from layers.core.ingest import Bools

from .identity import AIS_SOURCE, Known
from .reports import Static

SQL = Path(__file__).parent / "sql"
NOT_CONTENT = ("device", "at", "digest")


def apply_statics(statics: list[Static], known: dict[str, Known], seq: int) -> Bools:
    """Store the reports; True for those known with this or a later time."""
    content = [json.dumps(_content(static)) for static in statics]
    arrays: list[Any] = [
        [static.device for static in statics],
        [static.digest for static in statics],
        [datetime.fromtimestamp(static.at, UTC) for static in statics],
        content,
    ]
    with connection.cursor() as cursor:
        cursor.execute((SQL / "statics_known.sql").read_text(), arrays[:3])
        again = {ordinal for (ordinal,) in cursor.fetchall()}
        cursor.execute((SQL / "statics_store.sql").read_text(), arrays)
    fresh = [static for row, static in enumerate(statics) if row not in again]
    if fresh:
        _describe(fresh, known, seq)
    return np.fromiter((row in again for row in range(len(statics))), bool)


def _content(static: Static) -> dict[str, Any]:
    return {
        name: value
        for name, value in asdict(static).items()
        if value and name not in NOT_CONTENT
    }


def _describe(statics: list[Static], known: dict[str, Known], seq: int) -> None:
    """Give vessels that only AIS knows what they say of themselves.

    What stands in the register is never changed by what a radio claims.
    """
    newest: dict[int, dict[str, Any]] = {}
    for static in sorted(statics, key=lambda entry: entry.at):
        said = newest.setdefault(known[static.device].vessel_id, {})
        said.update(_content(static))
    rows = [
        (
            vessel_id,
            said.get("name", ""),
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
