"""The preview of an upload as bytes: one JSON a line, zstd-compressed."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict

import orjson
import zstandard

from .contract import Record


class Packer:
    """Takes records as they come and holds only their compressed form."""

    def __init__(self) -> None:
        self._packed = zstandard.ZstdCompressor(level=3).compressobj()
        self._parts: list[bytes] = []
        self._changes: Counter[str] = Counter()
        self.units: set[int] = set()

    def add(self, records: Iterable[Record]) -> None:
        for record in records:
            self._changes[record.change] += 1
            if record.unit_id is not None:
                self.units.add(record.unit_id)
            line = orjson.dumps(asdict(record), default=str) + b"\n"
            self._parts.append(self._packed.compress(line))

    def counts(self) -> dict[str, int]:
        return {kind: self._changes[kind] for kind in ("new", "changed", "same")}

    def finish(self) -> bytes:
        return b"".join([*self._parts, self._packed.flush()])


def unpack(packed: bytes | memoryview | None) -> Iterator[Record]:
    """The records in the order of the file."""
    if packed is None:
        return
    reader = zstandard.ZstdDecompressor().stream_reader(bytes(packed))
    for line in io.BufferedReader(reader, 1 << 16):
        yield Record(**orjson.loads(line))
