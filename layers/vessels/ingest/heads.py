"""What is remembered of each device between deliveries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from pathlib import Path
from struct import Struct

from django.db import connection

from layers.core.copyin import EPOCH_2000_US, HEADER, TRAILER, int_array
from layers.core.ingest import Ints

SQL = Path(__file__).parent.parent / "sql"
NEVER = -(2**63)  # timestamptz '-infinity'
_ROW = Struct(">hiqiqiqi")


@dataclass(slots=True)
class Memory:
    """``newest``: time of the newest sound fix stored, so that a later one cannot be
    stored yet; ``distress_at``: when it last called for help; ``state`` as in
    :mod:`.stream`. Epoch seconds, minus infinity for never."""

    newest: float = -inf
    distress_at: float = -inf
    state: bytes = b""


def read_memories(device_ids: Ints) -> dict[int, Memory]:
    """Memories of devices; of one that was never heard a new one."""
    found: dict[int, Memory] = {}
    with connection.cursor() as cursor:
        cursor.execute((SQL / "heads_read.sql").read_text(), [int_array(device_ids)])
        for id, newest, distress_at, state in cursor.fetchall():
            found[id] = Memory(newest, distress_at, state)
    return found | {id: Memory() for id in device_ids.tolist() if id not in found}


def write_memories(memories: dict[int, Memory], changed: Iterable[int]) -> None:
    """Keep the memories of these devices."""
    with connection.cursor() as cursor:
        cursor.execute((SQL / "heads_incoming.sql").read_text())
        with cursor.copy(
            "COPY vessels_head_incoming (device_id, newest, distress_at, state)"
            " FROM STDIN (FORMAT binary)"
        ) as copy:
            copy.write(HEADER)
            copy.write(b"".join(_row(id, memories[id]) for id in sorted(changed)))
            copy.write(TRAILER)
        cursor.execute((SQL / "heads_write.sql").read_text())


def _row(id: int, memory: Memory) -> bytes:
    """A row of binary COPY; infinite times as PostgreSQL has them."""
    head = _ROW.pack(
        4, 8, id, 8, _timestamp(memory.newest), 8, _timestamp(memory.distress_at),
        len(memory.state),
    )  # fmt: skip
    return head + memory.state


def _timestamp(at: float) -> int:
    return NEVER if at == -inf else round(at * 1e6) - EPOCH_2000_US
