"""SensorThings over years of values, through the web stack: what users of FROST wait
minutes for (newest value of every Thing, ``$count``, ordered pages)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import quote

import numpy as np
from django.test import Client

from gis_ioc.accounts.models import User
from tests.bench import Row
from tests.bench._observations import Filled

TIMES = 15
# What users of FROST-Server report of such questions (numbers of its issues).
REPORTED = {
    "newest of every datastream": "FROST: does not scale for some 400 (2323)",
    "count": "FROST: 110 s, made the service unreachable (2096)",
    "count of a span": "FROST: times out on big sets (287)",
    "page from the middle on": "FROST: 331 s for one query (1262)",
}
LIMITS_MS = {"count": 200.0, "count of a span": 200.0, "one datastream, newest": 100.0}


def measured(filled: Filled) -> Iterator[Row]:
    """A row for each question, 95th of a hundred answers in milliseconds."""
    user = User.objects.create_superuser(f"bench-sta-{time.time_ns()}", password="-")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    try:
        for name, path in questions(filled).items():
            yield asked(client, name, path, filled.rows)
    finally:
        user.delete()


def questions(filled: Filled) -> dict[str, str]:
    series = filled.series[len(filled.series) // 2]
    middle = (filled.first + (filled.last - filled.first) / 2).strftime("%FT%TZ")
    newest = "$top=1;$orderby=phenomenonTime desc"
    return {
        "newest of every datastream": (
            f"Datastreams?$top=1000&$select=id&$expand=Observations({newest})"
        ),
        "count": "Observations?$count=true&$top=0",
        "count of a span": (
            f"Observations?$count=true&$top=0&$filter=phenomenonTime ge {middle}"
        ),
        "page in the order of time": "Observations?$orderby=phenomenonTime desc",
        "page from the middle on": (
            f"Observations?$filter=phenomenonTime ge {middle}&$orderby=id"
        ),
        "one datastream, newest": (
            f"Datastreams({series})/Observations?$orderby=phenomenonTime desc"
        ),
        "one datastream, a span": (
            f"Observations?$filter=Datastream/id eq {series}"
            f" and phenomenonTime ge {middle}"
        ),
    }


def asked(client: Client, name: str, path: str, size: int) -> Row:
    times = []
    for _round in range(TIMES):
        started = time.perf_counter()
        answer = client.get("/sta/v1.1/" + quote(path, safe="/?&=$();,"))
        times.append((time.perf_counter() - started) * 1_000)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.content[:300]!r}")
    value = float(np.percentile(times, 95))
    limit = LIMITS_MS.get(name)
    return Row(
        f"SensorThings: {name}, p95",
        value,
        "ms",
        f"< {limit:.0f} ms" if limit else "",
        value < limit if limit else None,
        REPORTED.get(name, f"{size:,} observations"),
    )
