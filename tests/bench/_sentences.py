"""AIS end to end: sentences over TCP to positions, rules and live rows committed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
from django.apps import apps
from django.contrib.gis.geos import Polygon
from django.db import connection, transaction
from pyais.encode import encode_dict

from feeds.ais.nmea import checksum
from layers.core.spec import by_role
from layers.core.versions import begin_change
from tests.bench import Row
from tests.bench._pipeline import AIS_PORT, pipeline

SENTENCES = 120_000
BOATS = 6_000
BUDGET_PER_S = 30_000


def rows() -> Iterator[Row]:
    """Sentences a second at one and two workers."""
    make_rule()
    for workers in (1, 2):
        yield throughput(workers)


def throughput(workers: int) -> Row:
    """Sentences a second with so many worker processes, rules and tracks included."""
    with tempfile.TemporaryDirectory() as folder:
        path = record(Path(folder) / f"bench-{workers}.nmea", workers)
        with pipeline(workers):
            # the first tenth creates the vessels and warms everything up
            lines = path.read_text().splitlines(keepends=True)
            first, rest = Path(folder) / "a.nmea", Path(folder) / "b.nmea"
            first.write_text("".join(lines[: SENTENCES // 10]))
            rest.write_text("".join(lines[SENTENCES // 10 :]))
            replay(first)
            before = stored()
            seconds = replay(rest)
            added = stored() - before
    count = SENTENCES - SENTENCES // 10
    return Row(
        name=f"AIS, TCP to positions, rules, live rows, committed; {workers} worker(s)",
        value=count / seconds,
        unit="/s",
        budget=f">= {BUDGET_PER_S:,}",
        passed=count / seconds >= BUDGET_PER_S and added == count,
        note=f"{count:,} sentences of {BOATS:,} vessels, {added:,} stored,"
        f" {seconds:.1f} s",
    )


def stored() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM vessels_position")
        return int(cursor.fetchone()[0])


def make_rule() -> None:
    """A closed zone in the middle of the sea, and the rule that watches it."""
    zones, vessels = by_role("zones"), by_role("vessels")
    rules = apps.get_model(by_role("alarms").model.split(".")[0], "Rule")
    with transaction.atomic():
        begin_change(zones.slug)
        apps.get_model(zones.model).objects.get_or_create(
            source="bench",
            external_id="Z",
            defaults={
                "code": "Z",
                "title": "Closed",
                "kind": "closed_area",
                "closed": True,
                "geom": Polygon.from_bbox((106.5, 18.5, 106.7, 18.7)),
                "valid_from": date(2020, 1, 1),
            },
        )
        rules.objects.get_or_create(
            slug="bench",
            defaults={
                "title": "Closed",
                "kind": "zone",
                "layer": vessels.slug,
                "params": {"on": "inside"},
                "zone_layer": zones.slug,
                "zone_filter": "closed = true",
                "severity": "high",
                "enabled": True,
            },
        )


def record(path: Path, fleet: int) -> Path:
    """A busy sea: each vessel reports in turn, a little further on."""
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(106, 108, BOATS), rng.uniform(17, 20, BOATS)
    # times that no earlier run has used, or everything would be known already
    start = int(time.time()) - SENTENCES // BOATS * 10
    with path.open("w") as file:
        for number in range(SENTENCES):
            boat, round_no = number % BOATS, number // BOATS
            time_s = start + round_no * 10
            tag = f"c:{time_s}"
            (line,) = encode_dict(
                {
                    "type": 1,
                    "mmsi": 574_000_000 + fleet * BOATS + boat,
                    "lon": lon[boat] + round_no * 1e-4,
                    "lat": lat[boat],
                    "speed": 7.0,
                    "course": 90.0,
                    "second": time_s % 60,
                },
                sentence_type="VDM",
            )
            file.write(f"\\{tag}*{checksum(tag.encode()):02X}\\{line}\n")
    return path


def replay(path: Path) -> float:
    """Seconds from the first byte sent to the last batch drained."""
    from feeds.ais.recordings import lines_of, name_of
    from feeds.core.management.commands.replay import Player, blocks, wait_drained

    source = name_of(path)
    address = ("127.0.0.1", AIS_PORT)
    lines = list(lines_of(path))
    player = Player(source, address, 60)
    started = time.monotonic()
    for block in blocks(iter(lines), None, None):
        player.send(block)
    player.end()
    wait_drained(source, 300)
    return time.monotonic() - started
