"""10,000 damaged files: accepted, partly accepted with named lines, or set aside.

``IOC_FUZZ`` is how many files are read, ``IOC_FUZZ_SEED`` where they start.
"""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime

import pytest
from django.db.models import Count, Sum

from feeds.core import drain, inbox
from feeds.core.inbox import RawBatch
from feeds.core.models import Feed, FeedCount, InboxBatch, Quarantine
from feeds.station_files import swift
from feeds.station_files.intake import KIND
from feeds.station_files.parsing import parse, split_lines
from feeds.station_files.receipts import receipt
from layers.stations.models import FtpAccount, Observation, Station

from .mutations import mutations, plain

COUNT = int(os.environ.get("IOC_FUZZ", "10000"))
SEED = int(os.environ.get("IOC_FUZZ_SEED", "10"))
RECEIVED = datetime(2026, 11, 22, 17, 5, tzinfo=UTC)
EPOCH = RECEIVED.timestamp()


def test_every_line_of_every_damaged_file_is_accounted_for():
    for body in mutations(SEED, COUNT):
        parsed = parse(body, EPOCH, "TH_A_20261122093500.txt")
        total = len(parsed.lines) + len(parsed.bad) + parsed.blank
        assert total == len(split_lines(body)), body
        assert all(bad.reason and bad.number for bad in parsed.bad)


def test_what_is_read_at_speed_is_what_the_tolerant_parser_reads():
    rng = random.Random(SEED)
    bodies = [plain(rng) for _ in range(500)]
    swiftly = 0
    for body in [*bodies, *mutations(SEED, COUNT)]:
        found = swift.columns(body, EPOCH)
        if found is None:
            continue
        swiftly += 1
        parsed = parse(body, EPOCH)
        assert (parsed.bad, parsed.blank) == ([], 0), body
        rows = [(x.symbol, x.unit, x.at, x.value, x.status) for x in parsed.lines]
        assert list(zip(*found, strict=True)) == rows, body
    assert swiftly > len(bodies)
    assert all(swift.columns(body, EPOCH) for body in bodies)


@pytest.mark.django_db
def test_damaged_files_go_through_inbox_and_drain_without_a_loss():
    inbox._feed_id.cache_clear()
    drain.forget()
    account = FtpAccount.objects.create(name="mill", password="!")
    Station.objects.create(
        source="test", external_id="A", code="TH_A", title="Mill", kind="effluent",
        ftp_account=account, folder="a", limit_column="B",
    )  # fmt: skip
    bodies = mutations(SEED, COUNT)
    inbox.store(
        [
            RawBatch(
                kind=KIND, feed=KIND, source="mill", received_at=RECEIVED, body=body,
                lines=len(split_lines(body)), meta={"account": "mill", "path": "x.txt"},
            )
            for body in bodies
        ]
    )  # fmt: skip
    drain.drain(Feed.objects.get(slug=KIND).pk, budget_s=300)
    states = dict(InboxBatch.objects.values_list("state").annotate(n=Count("id")))
    assert states == {InboxBatch.State.DONE: COUNT}
    counted = FeedCount.objects.aggregate(lines=Sum("lines"))["lines"]
    assert counted == sum(len(split_lines(body)) for body in bodies)
    accepted = FeedCount.objects.filter(outcome="accepted").aggregate(n=Sum("lines"))
    assert accepted["n"] == Observation.objects.count() > 0
    rejected = FeedCount.objects.filter(outcome="rejected").aggregate(n=Sum("lines"))
    assert rejected["n"] == Quarantine.objects.exclude(reason="").count() > 0
    for batch in InboxBatch.objects.order_by("id")[: COUNT // 20]:
        told = receipt(batch)
        named = sum(told.reasons.values())
        parts = told.accepted + told.duplicate + told.blank + named
        assert (told.lines, told.lines) == (parts, batch.lines)
