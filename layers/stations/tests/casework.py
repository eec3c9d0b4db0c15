"""A waste water station over its limit, and what the tests of its cases do often."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from django.test import Client
from django.utils import timezone

from feeds.core.inbox import compress
from feeds.core.models import Feed, InboxBatch
from feeds.station_files.intake import KIND
from layers.stations.dossiers import exporting, queries, services
from layers.stations.dossiers.services import Entered
from layers.stations.ingest import partitions
from layers.stations.models import Dossier, DossierVersion, Permit, Station

from .helpers import send, station, values

STEP = 300.0
LIMIT = 135.0  # column B of the 2011 edition: 150 × Kq 0.9 × Kf 1.0
FOUND = (90.0, 160.0, 270.0, 150.0, 100.0, 80.0)
FILE = b"COD\t270\tmg/L\t20261122101000\t00\r\nTSS\t30\tmg/L\t20261122101000\t00\r\n"


def start() -> float:
    """Two hours ago, on the five minutes: the time of the first value is after it."""
    return timezone.now().timestamp() // STEP * STEP - 7_200


def outlet(code: str = "TH_ONE", **facts: Any) -> Station:
    found = station("effluent", code, limit_column="B", owner="Mill", **facts)
    Permit.objects.create(
        station=found, number="12/GP", regulation="QCVN 40:2011/BTNMT", column="B",
        kq=0.9, kf=1.0, valid_from=date(2020, 1, 1),
    )  # fmt: skip
    return found


def batch() -> InboxBatch:
    """A file in the inbox as the receiver stores it."""
    return InboxBatch.objects.create(
        feed=Feed.of_kind(KIND), source="mill", received_at=timezone.now(), lines=2,
        size=len(FILE), digest=hashlib.sha256(FILE).hexdigest(), body=compress(FILE),
        meta={"path": "/TH_ONE/TH_ONE_20261122101000.txt"},
    )  # fmt: skip


def over(where: Station, begin: float, found: tuple[float, ...] = FOUND) -> None:
    """COD over the limit from a file that is kept; TSS beside it within."""
    partitions.ensure(datetime.fromtimestamp(begin, UTC))
    rows = [
        (name, begin + (n + 1) * STEP, value)
        for name, column in (("COD", found), ("TSS", (30.0,) * len(found)))
        for n, value in enumerate(column)
    ]
    sent = values(where, *rows)
    send(replace(sent, batch_id=np.full(len(rows), batch().pk, np.int64)))


def entered(begin: float, **more: Any) -> Entered:
    asked: dict[str, Any] = {
        "parameters": ("COD",),
        "since": datetime.fromtimestamp(begin, UTC),
        "until": datetime.fromtimestamp(begin, UTC) + timedelta(hours=1),
        "summary": "Foam in the river",
    }
    return Entered(**asked | more)


def newest(dossier: Dossier) -> DossierVersion:
    version = queries.version_of(dossier)
    assert version is not None
    return version


def evidence(dossier: Dossier) -> dict[str, Any]:
    return queries.evidence_of(newest(dossier))


def parts(dossier: Dossier) -> Any:
    """The package of the newest version, as it is handed out."""
    version = newest(dossier)
    built = exporting.build(version)
    services.handed_out(version, built, None)
    return built


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["ioc_lang"] = "en"
    return client
