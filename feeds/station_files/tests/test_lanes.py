from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feeds.core import drain, inbox
from feeds.core.inbox import RawBatch
from feeds.core.models import Feed, InboxBatch
from feeds.core.queues import Queue
from feeds.station_files.intake import KIND
from feeds.station_files.lanes import rank
from feeds.station_files.parsing import LOCAL

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def file(ago: timedelta, received: datetime = NOW) -> RawBatch:
    stamp = (received - ago).astimezone(LOCAL).strftime("%Y%m%d%H%M%S")
    return RawBatch(
        kind=KIND, feed=KIND, source="mill", received_at=received, lines=1,
        body=f"COD\t61\tmg/L\t{stamp}\t00\n".encode(),
        meta={"account": "mill", "path": f"a/TH_A_{stamp}.txt"},
    )  # fmt: skip


def test_a_file_of_the_last_hour_or_of_unknown_age_is_read_as_it_comes():
    live = file(timedelta(minutes=59))
    assert rank(live.body, live.meta, NOW) == 0
    assert rank(b"no time", {"path": "x.txt"}, NOW) == 0
    assert rank(b"\xff\x00", {}, NOW) == 0


def test_the_time_of_the_lines_comes_before_the_time_of_the_name():
    old = file(timedelta(days=3))
    wanted = int((NOW - timedelta(days=3)).timestamp())
    name = {"path": "TH_A_20261122100000.txt"}
    assert rank(old.body, name, NOW) == wanted
    assert rank(b"broken", old.meta, NOW) == wanted


@pytest.mark.django_db
def test_live_files_are_read_before_a_backlog_and_the_oldest_of_it_first():
    inbox._feed_id.cache_clear()
    drain.forget()
    days = (2, 9, 5)
    inbox.store([file(timedelta(days=number)) for number in days])
    inbox.store([file(timedelta(minutes=1)), file(timedelta(minutes=30))])
    queue = Queue.of(Feed.objects.get(slug=KIND))
    ids = list(InboxBatch.objects.order_by("id").values_list("id", flat=True))
    assert [batch.id for batch in drain._next_group(queue)] == ids[3:]
    assert drain._step(queue) == 2
    assert [batch.id for batch in drain._next_group(queue)] == [ids[1], ids[2], ids[0]]
    assert drain._step(queue) == 3
    assert drain._step(queue) == 0
    assert not InboxBatch.objects.exclude(state=InboxBatch.State.DONE).exists()
