from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from feeds.ais import framing, sockets
from feeds.core import inbox
from feeds.core.inbox import RawBatch
from feeds.core.receiver import Receiver

LINE = b"!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\n"


@pytest.fixture
def taken(monkeypatch: Any) -> list[RawBatch]:
    """What reached the inbox."""
    found: list[RawBatch] = []
    monkeypatch.setattr(inbox, "store", found.extend)
    return found


@pytest.fixture
async def port(
    tmp_path: Path, taken: list[RawBatch], settings: Any, monkeypatch: Any
) -> Any:
    """A receiver with both servers on one free port."""
    monkeypatch.setattr(framing, "SILENT_S", 0.4)
    with_socket = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
    number = with_socket.sockets[0].getsockname()[1]
    with_socket.close()
    settings.IOC_BIND = "127.0.0.1"
    settings.IOC_AIS_TCP_PORT = settings.IOC_AIS_UDP_PORT = number
    receiver = Receiver(tmp_path, lambda slugs: None)
    tasks = [
        asyncio.create_task(coroutine)
        for coroutine in (
            receiver.run(),
            sockets.tcp(receiver),
            sockets.udp(receiver),
        )
    ]
    await asyncio.sleep(0.1)
    yield number
    for task in tasks:
        task.cancel()


async def until(condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.02)


async def test_a_question_is_answered_once_everything_before_it_is_durable(
    port: int, taken: list[RawBatch]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sockets.sentence("PIOCS,harbour") + LINE * 3)
    writer.write(sockets.sentence("PIOCQ,7"))
    answer = await asyncio.wait_for(reader.readline(), 5)
    assert answer == sockets.sentence("PIOCA,7")
    assert [(batch.source, batch.lines) for batch in taken] == [("harbour", 3)]
    writer.close()


async def test_a_player_says_that_its_lines_are_history(
    port: int, taken: list[RawBatch]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sockets.sentence("PIOCS,replay:x,recording") + LINE)
    writer.write(sockets.sentence("PIOCQ,1"))
    await asyncio.wait_for(reader.readline(), 5)
    assert [(b.source, b.meta) for b in taken] == [("replay:x", {"recording": True})]
    writer.close()


async def test_the_end_of_a_plain_connection_ends_its_unfinished_messages(
    port: int, taken: list[RawBatch]
) -> None:
    _reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(LINE + LINE.rstrip(b"\n"))
    writer.close()
    await until(lambda: any(batch.meta.get("end") for batch in taken))
    assert sum(batch.lines for batch in taken) == 2
    assert {batch.source for batch in taken} == {"tcp:127.0.0.1"}


async def test_a_sender_with_a_name_may_break_off_and_go_on(
    port: int, taken: list[RawBatch]
) -> None:
    _reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sockets.sentence("PIOCS,harbour") + LINE)
    writer.close()
    await until(lambda: taken)
    await asyncio.sleep(0.3)
    assert not any(batch.meta.get("end") for batch in taken)


async def test_datagrams_come_with_or_without_a_line_end_and_silence_ends_them(
    port: int, taken: list[RawBatch]
) -> None:
    loop = asyncio.get_running_loop()
    transport, _protocol = await loop.create_datagram_endpoint(
        asyncio.DatagramProtocol, remote_addr=("127.0.0.1", port)
    )
    transport.sendto(LINE)
    transport.sendto(LINE.rstrip(b"\n"))
    await until(lambda: any(batch.meta.get("end") for batch in taken))
    assert sum(batch.lines for batch in taken) == 2
    assert {batch.source for batch in taken} == {"udp:127.0.0.1"}
    transport.close()
