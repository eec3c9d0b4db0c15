"""What 100,000 vessels cost in memory: in a worker and in a web process."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from pyais.encode import encode_dict

from feeds.ais.nmea import checksum
from tests.bench import Row
from tests.bench._pipeline import pipeline, web
from tests.bench._sentences import replay
from tests.bench._usage import usage

VESSELS = 100_000
WARM = 1_000
FIRST_MMSI = 250_000_000
SETTLE_S = 5


def record(path: Path, first: int, count: int) -> Path:
    """One report of each vessel."""
    start = int(time.time()) - 60
    tag = f"c:{start}"
    head = f"\\{tag}*{checksum(tag.encode()):02X}\\"
    with path.open("w") as file:
        for number in range(first, first + count):
            (line,) = encode_dict(
                {
                    "type": 1, "mmsi": FIRST_MMSI + number,
                    "lon": 100 + number % 1_000 / 100,
                    "lat": 10 + number // 1_000 / 100,
                    "speed": 0.0, "course": 0.0, "second": start % 60,
                },
                sentence_type="VDM",
            )  # fmt: skip
            file.write(f"{head}{line}\n")
    return path


def rows() -> Iterator[Row]:
    """Growth of resident memory per 100,000 vessels heard."""
    with web() as (_address, pid):
        time.sleep(SETTLE_S)
        empty, had = usage(pid).rss_mb, heard()
    with tempfile.TemporaryDirectory() as folder, pipeline(1) as worker:
        replay(record(Path(folder) / "warm.nmea", 0, WARM))
        before = usage(worker).rss_mb
        replay(record(Path(folder) / "all.nmea", WARM, VESSELS))
        after = usage(worker).rss_mb
    yield Row(
        name="worker, memory per 100,000 vessels",
        value=after - before,
        unit="MB",
        note=f"{before:.0f} to {after:.0f} MB",
    )
    with web() as (_address, pid):
        time.sleep(SETTLE_S)
        full, has = usage(pid).rss_mb, heard()
    yield Row(
        name="web process, memory per 100,000 vessels",
        value=(full - empty) * VESSELS / max(has - had, 1),
        unit="MB",
        note=f"{empty:.0f} to {full:.0f} MB with {has - had:,} vessels more",
    )


def heard() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM vessels_live")
        return int(cursor.fetchone()[0])
