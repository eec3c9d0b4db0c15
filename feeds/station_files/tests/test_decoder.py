"""From the inbox through the real drain into the real tables."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from feeds.core import drain, inbox
from feeds.core.inbox import RawBatch
from feeds.core.models import Feed, FeedCount, InboxBatch, Quarantine
from feeds.station_files.intake import KIND
from feeds.station_files.parsing import LOCAL, split_lines
from feeds.station_files.receipts import receipt
from layers.stations.models import FtpAccount, Latest, Observation, Series, Station

pytestmark = pytest.mark.django_db

NAME = "TH_NHAMAYA_NUOCTHAI"
RECEIVED = datetime(2026, 11, 22, 3, tzinfo=UTC)
SAMPLES = (
    f"{NAME}_20261122093500.txt",
    f"{NAME}_20261122094000.txt",
    "bad_bom_spaces_20261122094500.txt",
    "bad_truncated_20261122095500.txt",
)


@pytest.fixture(autouse=True)
def _fresh():
    inbox._feed_id.cache_clear()
    drain.forget()
    yield
    inbox._feed_id.cache_clear()
    drain.forget()


@pytest.fixture
def plant() -> Station:
    account = FtpAccount.objects.create(name="nha-may-a", password="!")
    return Station.objects.create(
        source="test", external_id=NAME, code=NAME, title="Mill", kind="effluent",
        ftp_account=account, folder="nuocthai", limit_column="B",
    )  # fmt: skip


def put(body: bytes, name: str, account: str = "nha-may-a") -> None:
    inbox.store(
        [
            RawBatch(
                kind=KIND, feed=KIND, source=account, received_at=RECEIVED,
                lines=len(split_lines(body)), body=body,
                meta={"account": account, "path": f"nuocthai/{name}"},
            )
        ]
    )  # fmt: skip


def process() -> None:
    drain.drain(Feed.objects.get(slug=KIND).pk)


def counts() -> dict[str, int]:
    found: Counter[str] = Counter()
    for outcome, reason, lines in FeedCount.objects.values_list(
        "outcome", "reason", "lines"
    ):
        found[f"{outcome} {reason}".strip()] += lines
    return dict(found)


def table() -> set[tuple[object, ...]]:
    return set(
        Observation.objects.values_list("series__parameter", "at", "value", "status")
    )


def test_the_samples_end_in_the_tables_and_the_counts_add_up(plant, shared_file):
    lines = 0
    for name in SAMPLES:
        body = shared_file(f"environment/tt10_samples/{name}").read_bytes()
        lines += len(split_lines(body))
        put(body, name)
    process()
    assert counts() == {"accepted": 15, "rejected truncated": 1}
    assert sum(counts().values()) == lines
    assert InboxBatch.objects.exclude(state=InboxBatch.State.DONE).count() == 0
    assert Observation.objects.count() == 15
    assert Latest.objects.get(series__parameter="COD").value == 55.3
    cut = Quarantine.objects.get()
    assert (cut.reason, cut.line_no, cut.raw) == ("truncated", 2, "Temp\t28.")
    for name in SAMPLES:
        put(shared_file(f"environment/tt10_samples/{name}").read_bytes(), name)
    process()
    assert Observation.objects.count() == 15
    assert counts()["duplicate"] == 15


def test_files_in_reversed_order_give_the_same_values(plant, shared_file):
    bodies = {
        name: shared_file(f"environment/tt10_samples/{name}").read_bytes()
        for name in SAMPLES
    }
    for name in SAMPLES:
        put(bodies[name], name)
    process()
    forward = table()
    Observation.objects.all().delete()
    Latest.objects.all().delete()
    for name in reversed(SAMPLES):
        put(bodies[name], name)
        process()
    assert table() == forward
    assert Latest.objects.get(series__parameter="COD").value == 55.3


def test_an_unknown_symbol_is_set_aside_and_the_rest_is_taken(plant):
    put(
        b"COD\t61\tmg/L\t20261122093500\t00\nXyz\t1\tmg/L\t20261122093500\t00\n\n",
        f"{NAME}_20261122093500.txt",
    )
    process()
    assert counts() == {
        "accepted": 1, "rejected unknown_symbol": 1, "not_data blank": 1
    }  # fmt: skip
    refused = Quarantine.objects.get()
    assert (refused.line_no, refused.reason) == (2, "unknown_symbol")
    assert "Xyz" in refused.detail


def test_lines_of_an_unknown_station_are_kept_in_quarantine(plant):
    put(b"COD\t61\tmg/L\t20261122093500\t00\n", "x.txt", account="stranger")
    process()
    assert counts() == {"rejected unknown_station": 1}
    assert Quarantine.objects.get().raw == "COD\t61\tmg/L\t20261122093500\t00"


def test_a_line_in_another_unit_than_the_series_is_not_converted(plant):
    Series.objects.create(station=plant, parameter="COD", unit="mg/L")
    put(b"COD\t61\tug/L\t20261122093500\t00\n", "a.txt")
    process()
    assert counts() == {"rejected other_unit": 1}
    assert not Observation.objects.exists()


def test_the_receipt_says_what_became_of_each_line(plant):
    body = (
        b"COD\t61\tmg/L\t20261122093500\t00\n"
        b"TSS\t30\tmg/L\t20261122093500\t07\n"
        b"Xyz\t1\tmg/L\t20261122093500\t00\n"
    )
    put(body, f"{NAME}_20261122093500.txt")
    process()
    put(body, f"{NAME}_20261122093500.txt")
    process()
    first, second = (receipt(row) for row in InboxBatch.objects.order_by("id"))
    assert (first.lines, first.accepted, first.duplicate) == (3, 2, 0)
    assert (second.lines, second.accepted, second.duplicate) == (3, 0, 2)
    assert first.warnings == ((2, "unknown_status"),)
    assert first.rejected[0][:2] == (3, "unknown_symbol")
    assert dict(first.reasons) == {"unknown_symbol": 1}


@pytest.mark.parametrize(
    ("minutes", "flag", "warnings"), [(3, 1, ()), (10, 4, ((1, "clock"),))]
)
def test_a_clock_ahead_by_more_than_five_minutes_fails_and_is_remarked(
    plant, minutes, flag, warnings
):
    stamp = (RECEIVED + timedelta(minutes=minutes)).astimezone(LOCAL)
    put(f"COD\t61\tmg/L\t{stamp:%Y%m%d%H%M%S}\t00\n".encode(), "x.txt")
    process()
    assert Observation.objects.get().qc == flag
    assert receipt(InboxBatch.objects.get()).warnings == warnings


def test_a_clock_behind_shows_by_the_name_and_a_backlog_is_not_accused(plant):
    for path in (f"{NAME}_20261122100000.txt", f"{NAME}_20261122093000.txt"):
        put(b"COD\t61\tmg/L\t20261122093000\t00\n", path)
    process()
    told = [receipt(row).warnings for row in InboxBatch.objects.order_by("id")]
    assert told == [((1, "clock"),), ()]
