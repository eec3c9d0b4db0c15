"""``kill -9`` of every process during a replay: nothing lost, nothing doubled."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
from pyais.encode import encode_dict

from feeds.ais.nmea import checksum
from feeds.simulate.voyages import Voyage, walk

from .conftest import ROOT, Instance

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]

BOATS = 400
RUNNERS = 40
STEPS = 100  # BOATS x STEPS sentences
STEP_S = 30
RATE = 2_000
START = 1_790_000_000
CALM, ROUGH = 574_100_000, 574_200_000
VICTIMS = ("web", "worker", "receiver", "redis", "postgres")

ZONE_AND_RULE = """
from django.contrib.gis.geos import Polygon
from django.apps import apps
from layers.core.spec import by_role
from layers.core.versions import begin_change
from django.db import transaction
zones = by_role("zones")
Zone = apps.get_model(zones.model)
Rule = apps.get_model("alerts", "Rule")
from django.utils import timezone
import datetime
with transaction.atomic():
    begin_change(zones.slug)
    Zone.objects.create(
        source="test", external_id="Z1", code="Z1", title="Closed", kind="closed_area",
        closed=True, geom=Polygon.from_bbox((106.0, 19.3, 106.1, 19.4)),
        valid_from=datetime.date(2020, 1, 1),
    )
with transaction.atomic():
    begin_change(by_role("alarms").slug)
    Rule.objects.create(
        slug="closed", title="Closed", kind="zone", layer=by_role("vessels").slug,
        params={"on": "inside"}, zone_layer=zones.slug, zone_filter="closed = true",
        severity="high", enabled=True,
    )
"""
DUMP = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute('''
        SELECT substr(d.key, 6)::bigint - %s AS boat, extract(epoch FROM p.at)::bigint,
               round(p.lon::numeric, 5), round(p.lat::numeric, 5), p.branch, p.flags
        FROM vessels_position p JOIN vessels_device d ON d.id = p.device_id
        WHERE d.key BETWEEN 'mmsi:' || %s AND 'mmsi:' || %s + 99999
        ORDER BY 1, 2, 3, 4''',
        [BASE] * 3)
    for row in cursor.fetchall():
        print("P", *row)
    cursor.execute('''
        SELECT v.mmsi::bigint - %s, e.kind, extract(epoch FROM e.happened_at)::bigint
        FROM core_event e JOIN vessels_vessel v ON v.id = e.feature_id
        WHERE e.layer = 'vessels' AND v.mmsi::bigint BETWEEN %s AND %s + 99999
        ORDER BY 1, 2, 3''', [BASE] * 3)
    for row in cursor.fetchall():
        print("E", *row)
    cursor.execute('''
        SELECT v.mmsi::bigint - %s, extract(epoch FROM a.raised_at)::bigint
        FROM alerts_alert a JOIN vessels_vessel v ON v.id = a.feature_id
        WHERE a.layer = 'vessels' AND v.mmsi::bigint BETWEEN %s AND %s + 99999
        ORDER BY 1, 2''', [BASE] * 3)
    for row in cursor.fetchall():
        print("A", *row)
"""


def recording(path: Path, base: int) -> Path:
    """Boats that sail up and down, some of them in and out of the zone."""
    rng = np.random.default_rng(7)
    voyages = []
    for number in range(BOATS):
        if number < RUNNERS:
            inside = (106.05, 19.31 + 0.002 * number)
            corners = [(105.93, inside[1]), inside]
        else:
            start = (106.2 + rng.uniform(0, 1), 19.0 + rng.uniform(0, 1))
            corners = [start, (start[0] + 0.1, start[1] + 0.05)]
        lon, lat, at = walk(corners, [14.0, 14.0], [0.0, 0.0])
        voyages.append(Voyage(lon, lat, at, float(rng.uniform(0, at[-1]))))
    with path.open("w") as file:
        for step in range(STEPS):
            time_s = START + step * STEP_S
            tag = f"c:{time_s}"
            block = f"\\{tag}*{checksum(tag.encode()):02X}\\"
            for number, voyage in enumerate(voyages):
                fix = voyage.fix(time_s)
                (line,) = encode_dict(
                    {
                        "type": 1,
                        "mmsi": base + number,
                        "speed": fix.speed_kn,
                        "course": fix.course_deg,
                        "lon": fix.lon,
                        "lat": fix.lat,
                        "second": time_s % 60,
                    },
                    sentence_type="VDM",
                )
                file.write(f"{block}{line}\n")
    return path


def outcome(instance: Instance, base: int) -> dict[str, list[str]]:
    lines = instance.manage("shell", "-v", "0", "-c", f"BASE = {base}\n{DUMP}")
    found: dict[str, list[str]] = {"P": [], "E": [], "A": []}
    for line in lines.splitlines():
        if line[:2] in ("P ", "E ", "A "):
            found[line[0]].append(line[2:])
    return found


def test_a_replay_survives_the_death_of_every_process(
    instance: Instance, tmp_path: Path
) -> None:
    instance.manage("shell", "-v", "0", "-c", ZONE_AND_RULE)
    calm = recording(tmp_path / "calm.nmea", CALM)
    instance.manage("replay", str(calm))
    expected = outcome(instance, CALM)
    assert len(expected["P"]) == BOATS * STEPS
    assert len(expected["A"]) > RUNNERS / 2

    rough = recording(tmp_path / "rough.nmea", ROUGH)
    player = subprocess.Popen(
        [ROOT / ".venv/bin/python", "manage.py", "replay", rough, "--rate", str(RATE),
         "--patience", "180"],
        cwd=ROOT,
        env=instance.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )  # fmt: skip
    time.sleep(3)
    for victim in VICTIMS:
        instance.kill(victim)
        time.sleep(3)
    said, _ = player.communicate(timeout=300)
    assert player.returncode == 0, said
    instance.await_ready()

    found = outcome(instance, ROUGH)
    assert found["P"] == expected["P"]
    assert found["E"] == expected["E"]
    assert found["A"] == expected["A"]
    restarted = {r["name"] for r in instance.status()["processes"] if r["restarts"]}
    assert set(VICTIMS) <= restarted
