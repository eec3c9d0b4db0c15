from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds.core import inbox
from feeds.core.inbox import RawBatch, Spool
from feeds.core.receiver import Receiver


def batch(body: bytes) -> RawBatch:
    return RawBatch(
        kind="ais",
        feed="ais",
        source="test",
        received_at=datetime(2026, 11, 22, tzinfo=UTC),
        lines=1,
        body=body,
    )


def test_the_spool_gives_back_what_it_got_in_order(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    assert not spool
    spool.write([batch(b"1"), batch(b"2")])
    again = Spool(tmp_path)
    again.write([batch(b"3")])
    assert [entry.body for _path, entry in again.read()] == [b"1", b"2", b"3"]


def test_a_half_written_spool_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "000000000009-x.part").write_bytes(b"half")
    assert not Spool(tmp_path)


class Store:
    """Stands where PostgreSQL is; can be away."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.away = False

    def __call__(self, batches: list[RawBatch]) -> None:
        if self.away:
            raise ConnectionError("database away")
        self.bodies += [entry.body for entry in batches]


@pytest.fixture
def store(monkeypatch) -> Store:  # type: ignore[no-untyped-def]
    stand_in = Store()
    monkeypatch.setattr(inbox, "store", stand_in)
    return stand_in


async def test_lines_are_durable_when_the_receiver_says_so(
    tmp_path: Path, store: Store
) -> None:
    woken: list[set[str]] = []
    receiver = Receiver(tmp_path, woken.append)
    task = asyncio.create_task(receiver.run())
    await receiver.add_lines("ais", "a", b"1\n")
    await receiver.add_lines("ais", "a", b"2\n")
    await receiver.durable()
    assert store.bodies == [b"1\n2\n"]
    assert woken == [{"ais"}]
    task.cancel()


async def test_while_the_database_is_away_nothing_is_lost_nor_turned_round(
    tmp_path: Path, store: Store
) -> None:
    receiver = Receiver(tmp_path, lambda slugs: None)
    task = asyncio.create_task(receiver.run())
    store.away = True
    for number in range(3):
        await receiver.add_lines("ais", "a", b"%d\n" % number)
        await receiver.durable()
    assert store.bodies == []
    assert len(list(tmp_path.glob("*.batch"))) == 3
    store.away = False
    await receiver.add_lines("ais", "a", b"3\n")
    await receiver.durable()
    assert store.bodies == [b"0\n", b"1\n", b"2\n", b"3\n"]
    assert not list(tmp_path.glob("*.batch"))
    task.cancel()


async def test_a_sender_that_is_too_fast_waits(tmp_path: Path, store: Store) -> None:
    receiver = Receiver(tmp_path, lambda slugs: None)
    big = b"x" * (8 * 1024 * 1024) + b"\n"
    for _round in range(4):
        await receiver.add_lines("ais", "a", big)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(receiver.add_lines("ais", "a", b"y\n"), 0.2)
    task = asyncio.create_task(receiver.run())
    await asyncio.wait_for(receiver.add_lines("ais", "a", b"y\n"), 5)
    task.cancel()
