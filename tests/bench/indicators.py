"""Indicators: reading figures and publishing them, with 20 million in the table.

``IOC_BENCH_FACTS`` is how many are generated (20_000_000 takes some minutes and
about 6 GB); ``IOC_BENCH_KEEP`` leaves the database for the next run. The plans of the
three reads that carry everything are printed, and beside each time stands that of the
plain query a reader would write first (``DISTINCT ON`` over the facts).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import connection
from django.test import Client

from gis_ioc.accounts.models import User
from layers.core import units, versions
from layers.core.scope import everything
from layers.indicators import reading, services
from layers.indicators.models import Channel, Fact, Indicator, Load, Vintage
from layers.indicators.reading import facts
from tests.bench import Row
from tests.bench._facts import CODES, DISTRICTS, Made, figures
from tests.bench._plans import plans

ASKED = 60
FRESH = 20_000
DRAWER_MS, MAP_MS, RANKING_MS = 100.0, 150.0, 100.0
PAST = date(2023, 12, 31)
KNOWN = datetime(2024, 6, 30, tzinfo=UTC)
HEADLINES = 12

_PLAIN_UNIT = """
SELECT DISTINCT ON (indicator_id, facet) * FROM indicators_fact
WHERE unit_id = %s AND vintage > 0
ORDER BY indicator_id, facet, period_end DESC, period_start, published_at DESC,
    vintage DESC
"""
_PLAIN_MAP = """
SELECT DISTINCT ON (unit_id) * FROM indicators_fact
WHERE indicator_id = %s AND unit_id = ANY (%s) AND facet = '' AND vintage > 0
ORDER BY unit_id, period_end DESC, period_start, published_at DESC, vintage DESC
"""


def run() -> Iterator[Row]:
    with figures() as made:
        versions.forget_all()
        yield generated(made)
        user = User.objects.create_superuser(f"bench-{time.time_ns()}", password="-")
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(user)
        rng = np.random.default_rng(5)
        yield from drawers(client, rng)
        yield from maps(client, rng)
        yield from passports(client, rng)
        yield from plain(rng)
        plans(ids("commune"), {"date": PAST, "known": KNOWN})
        yield published()


def generated(made: Made) -> Row:
    return Row(
        name="facts generated",
        value=made.rows,
        unit="rows",
        note=f"{made.seconds:,.0f} s, table {made.table_bytes / 1e9:.2f} GB,"
        f" indexes {made.index_bytes / 1e9:.2f} GB;"
        f" load of the machine {os.getloadavg()[0]:.1f}",
    )


def ids(kind: str, day: date | None = None) -> list[int]:
    return sorted(units.tree().codes(kind, day or date(2026, 1, 1)).values())


def drawers(client: Client, rng: np.random.Generator) -> Iterator[Row]:
    """The profile of a random commune: a dozen headlines, then everything."""
    known = sorted(c for c in facts.catalogue().by_code if c.startswith(CODES))
    grant = everything()
    then: dict[str, Any] = {"date": PAST, "known": KNOWN}

    def some() -> list[str]:
        return [str(code) for code in rng.choice(known, HEADLINES, replace=False)]

    def unit() -> int:
        return int(rng.choice(ids("commune")))

    yield timed(
        f"profile of a unit, {HEADLINES} indicators",
        lambda: reading.profile(grant, unit(), codes=some()),
        DRAWER_MS,
    )
    yield timed(
        f"profile, {HEADLINES} indicators, a past day as known then",
        lambda: reading.profile(grant, unit(), codes=some(), **then),
        DRAWER_MS,
    )
    yield timed(
        "profile, all 130 indicators",
        lambda: reading.profile(grant, unit(), codes=known),
        DRAWER_MS,
    )
    yield timed(
        "profile of the province, all indicators",
        lambda: reading.profile(grant, ids("province")[0]),
        DRAWER_MS,
    )
    yield timed(
        "profile over HTTP, all indicators of a commune, some recast",
        lambda: get(client, f"/api/v1/indicators/units/{unit()}/profile"),
    )
    yield timed(
        "drawer of a commune over HTTP",
        lambda: get(client, f"/drawer/units/{unit()}/"),
        DRAWER_MS,
    )


def maps(client: Client, rng: np.random.Generator) -> Iterator[Row]:
    """166 communes over HTTP, and the ranking behind them."""
    by_code = facts.catalogue().by_code
    whole = sorted(c for c in by_code if c.startswith(CODES))
    districts = sorted(
        code
        for code, of in by_code.items()
        if code.startswith(DISTRICTS) and of.rollup != "none"
    )

    def address(codes: Sequence[str], more: str = "") -> str:
        code = rng.choice(codes)
        return f"/api/v1/indicators/{code}/map?kind=commune&method=quantiles{more}"

    then = f"&units_on=2026-01-01&date={PAST}&known=2024-06-30T00:00:00Z"
    for name, codes, more in (
        ("map of 166 communes", whole, ""),
        ("map of 166 communes, a past day as known then", whole, then),
        ("map of 27 districts cast on 166 communes", districts, ""),
        ("the same, a past day as known then", districts, then),
    ):
        yield timed(
            f"{name}, over HTTP",
            lambda c=codes, m=more: get(client, address(c, m)),  # type: ignore[misc]
            MAP_MS,
        )
    yield timed(
        "ranking of 166 communes",
        lambda: reading.choropleth(
            everything(), str(rng.choice(whole)), kind="commune", method="quantiles"
        ),
        RANKING_MS,
    )


def passports(client: Client, rng: np.random.Generator) -> Iterator[Row]:
    known = sorted(c for c in facts.catalogue().by_code if c.startswith(CODES))
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM indicators_fact")
        low, high = cursor.fetchone()
    unit = ids("commune")
    yield timed(
        "series of a unit, every version, over HTTP",
        lambda: get(
            client,
            f"/api/v1/indicators/{rng.choice(known)}/series?unit={rng.choice(unit)}",
        ),
        DRAWER_MS,
    )
    yield timed(
        "passport of a figure",
        lambda: reading.passport(everything(), int(rng.integers(low, high))),
        DRAWER_MS,
    )


def plain(rng: np.random.Generator) -> Iterator[Row]:
    """The query that one writes first, and ours for the same answer."""
    communes = ids("commune")
    indicators = [i.pk for i in facts.catalogue().by_id.values() if i.code[:2] == CODES]

    for name, theirs, ours in (
        (
            "newest figures of a unit",
            lambda: _rows(_PLAIN_UNIT, [int(rng.choice(communes))]),
            lambda: facts.newest(
                [
                    (pk, unit, "")
                    for unit in [int(rng.choice(communes))]
                    for pk in indicators
                ]
            ),
        ),
        (
            "newest figures of an indicator",
            lambda: _rows(_PLAIN_MAP, [int(rng.choice(indicators)), communes]),
            lambda: facts.newest(
                [
                    (pk, unit, "")
                    for pk in [int(rng.choice(indicators))]
                    for unit in communes
                ]
            ),
        ),
    ):
        slow, fast = taken(theirs, 12), taken(ours, 12)
        yield Row(
            name=f"{name}: plain query / ours",
            value=float(np.median(slow) / np.median(fast)),
            unit="x",
            note=f"{np.median(slow):.1f} ms / {np.median(fast):.1f} ms, medians",
        )


def _rows(text: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


def published() -> Row:
    """A fresh load, as the upload and the feeds publish it: series pointed to their
    newest, computed figures followed."""
    communes = ids("commune")
    known = sorted(Indicator.objects.filter(code__startswith=CODES), key=lambda i: i.pk)
    load = Load.objects.create(channel=Channel.DEMO, title="bench", source="bench")
    at = datetime.now(UTC)
    fresh = [
        Fact(
            indicator=indicator,
            unit_id=unit,
            period_start=date(2026, 1, 1),
            period_end=date(2026, 1, 31),
            value=Decimal(50 + n % 40),
            vintage=Vintage.ESTIMATE,
            published_at=at + timedelta(seconds=n),
            load=load,
        )
        for n, (indicator, unit) in enumerate(
            (indicator, unit) for indicator in known for unit in communes
        )
    ][:FRESH]
    started = time.perf_counter()
    count = services.publish(fresh)
    seconds = time.perf_counter() - started
    services.withdraw(load, by_id=None, reason="benchmark")
    return Row(
        name="facts published into the full table",
        value=count / seconds,
        unit="facts/s",
        note=f"{count:,} in {seconds:.1f} s, newest kept, touched areas noted",
    )


def get(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.content[:300])


def taken(call: Callable[[], Any], times: int = ASKED) -> list[float]:
    call()  # what a process reads once: catalogue, tree
    found = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        found.append((time.perf_counter() - started) * 1e3)
    return found


def timed(name: str, call: Callable[[], Any], budget: float | None = None) -> Row:
    found = taken(call)
    p50, p95 = np.percentile(found, [50, 95])
    return Row(
        name=name,
        value=float(p95),
        unit="ms p95",
        budget=f"< {budget:.0f}" if budget else "",
        passed=None if budget is None else bool(p95 < budget),
        note=f"p50 {p50:.1f} ms, worst {max(found):.0f} ms",
    )
