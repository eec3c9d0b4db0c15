"""What the service tells Prometheus, and whom."""

from __future__ import annotations

import os
import re

from layers.core.tests.boats import (  # noqa: F401  (fixtures)
    BAY,
    SLUG,
    Boats,
    boats,
    committed,
)
from tiles.metrics import Gauge, Metrics, live_gauges, pool_gauges
from tiles.options import Options
from tiles.tests.service import address, cookie, rights, running

TILE = f"/tiles/{SLUG}/{address(*BAY, 8)}"
METRICS = "/tiles/_/metrics"
SAMPLE = re.compile(r'^[a-z_]+\{([a-z_]+="[^"\n]*",?)+\} [0-9.e+-]+$')


def value(text: str, name: str, **labels: str) -> float:
    """The number of the one sample that has these labels."""
    (line,) = [
        line
        for line in text.splitlines()
        if line.startswith(name + "{")
        and all(f'{key}="{wanted}"' in line for key, wanted in labels.items())
    ]
    return float(line.rpartition(" ")[2])


async def test_requests_and_looks_into_the_cache_are_counted(
    boats: Boats,  # noqa: F811
) -> None:
    async with running() as service, service.client(**cookie(rights(SLUG))) as web:
        for _ in range(3):
            await web.get(TILE)
        await web.get("/tiles/nosuch")
        await web.get("/tiles/a/b/c/d/e")
        await web.head("/tiles/health")
        answer = await web.get(METRICS, headers={"accept-encoding": "gzip"})
    text = answer.text
    assert answer.headers["content-type"] == "text/plain; version=0.0.4"
    assert "content-encoding" not in answer.headers
    total = "martin_http_requests_total"
    tile = {"endpoint": "/{source_ids}/{z}/{x}/{y}", "method": "GET", "status": "204"}
    assert value(text, total, **tile) == 3
    assert value(text, total, endpoint="/{source_ids}", status="404") == 1
    assert value(text, total, endpoint="UNKNOWN", status="404") == 1
    assert value(text, total, endpoint="/health", method="HEAD", status="200") == 1
    seconds = "martin_http_requests_duration_seconds"
    assert value(text, f"{seconds}_count", **tile) == 3
    assert value(text, f"{seconds}_bucket", le="+Inf", **tile) == 3
    assert value(text, f"{seconds}_sum", **tile) > 0
    looks = "martin_tile_cache_requests_total"
    assert value(text, looks, cache="tile", result="miss", zoom="8") == 1
    assert value(text, looks, cache="tile", result="hit", zoom="8") == 2


async def test_every_line_can_be_read_by_prometheus(boats: Boats) -> None:  # noqa: F811
    async with running() as service, service.client(**cookie(rights(SLUG))) as web:
        service.app.metrics.gauges += [
            live_gauges(service.store),
            pool_gauges(service.watcher.pool),
        ]
        await web.get(TILE)
        text = (await web.get(METRICS)).text
    assert text.endswith("\n")
    named = set()
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            named.add(line.split()[2])
        elif not line.startswith("#"):
            assert SAMPLE.match(line), line
            assert f'process="{os.getpid()}"' in line
    assert value(text, "ioc_live_rows", layer=SLUG) == 0
    assert value(text, "ioc_tile_connections", state="awaited") == 0
    assert {"ioc_tile_cache_bytes", "ioc_tile_cache_entries"} <= named


def test_a_histogram_adds_up_and_labels_are_escaped() -> None:
    found = Metrics([lambda: [Gauge("g", "help", [({"layer": 'a"b\\c\nd'}, 1.5)])]])
    for seconds in (0.001, 0.005, 0.2, 99.0):
        found.observe("tile", "GET", 200, seconds)
    text = found.render().decode()
    bucket = "martin_http_requests_duration_seconds_bucket"
    assert value(text, bucket, le="0.005") == 2
    assert value(text, bucket, le="0.1") == 2
    assert value(text, bucket, le="0.25") == 3
    assert value(text, bucket, le="10.0") == 3
    assert value(text, bucket, le="+Inf") == 4
    assert r'layer="a\"b\\c\nd"' in text


async def test_metrics_are_for_this_machine_and_the_whole_province(
    boats: Boats,  # noqa: F811
) -> None:
    elsewhere = {"x-forwarded-for": "192.0.2.1"}
    everything, unit = cookie(rights(SLUG)), cookie(rights(SLUG, roots=(1,)))
    async with running() as service, service.client() as web:
        status = {}
        for name, headers in (
            ("this machine", {}),
            ("stranger", elsewhere),
            ("whole province", {**elsewhere, **everything}),
            ("one unit", {**elsewhere, **unit}),
        ):
            answer = await web.get(METRICS, headers=headers)
            status[name] = answer.status_code
        documents = service.app._handlers["metrics"].__self__  # type: ignore[attr-defined]
        documents.options = Options(metrics_public=True)
        public = await web.get(METRICS, headers=elsewhere)
    assert status == {
        "this machine": 200,
        "stranger": 403,
        "whole province": 200,
        "one unit": 403,
    }
    assert public.status_code == 200
