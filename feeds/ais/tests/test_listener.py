"""Sources that we go to: a server, a serial line, files."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from feeds.ais import framing, growing, streams
from feeds.ais.listener import listen
from feeds.core import inbox
from feeds.core.inbox import RawBatch
from feeds.core.receiver import Receiver

LINE = b"!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\n"

Start = Callable[[dict[str, Any]], asyncio.Task[None]]


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[RawBatch]:
    """What reached the inbox."""
    found: list[RawBatch] = []
    monkeypatch.setattr(inbox, "store", found.extend)
    return found


@pytest.fixture
async def start(
    tmp_path: Path, taken: list[RawBatch], monkeypatch: Any, settings: Any
) -> AsyncIterator[Start]:
    """Starts the listener of a feed named "hill"."""
    settings.VAR_DIR = tmp_path / "var"
    monkeypatch.setattr(streams, "FIRST_WAIT_S", 0.05)
    monkeypatch.setattr(growing, "LOOK_EVERY_S", 0.02)
    receiver = Receiver(tmp_path / "spool", lambda slugs: None)
    tasks = [asyncio.create_task(receiver.run())]

    def begin(config: dict[str, Any]) -> asyncio.Task[None]:
        tasks.append(asyncio.create_task(listen(receiver, "hill", config)))
        return tasks[-1]

    yield begin
    for task in reversed(tasks):
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def lines(taken: list[RawBatch]) -> int:
    assert {batch.source.split(":")[0] for batch in taken} <= {"hill"}
    assert {batch.feed for batch in taken} <= {"hill"}
    return sum(batch.lines for batch in taken)


def ends(taken: list[RawBatch]) -> int:
    return sum(bool(batch.meta.get("end")) for batch in taken)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_server_that_hangs_up_is_called_again(
    start: Start, taken: list[RawBatch]
) -> None:
    calls = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        assert await reader.readline() == b"hello\r\n"
        writer.write(LINE + LINE[:20])
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.write(LINE[20:] + LINE[:30])  # the last one is torn
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    start({"connect": f"tcp://127.0.0.1:{port}", "hello": "hello"})
    await until(lambda: calls >= 2 and lines(taken) >= 6)
    assert ends(taken)
    server.close()


async def test_a_server_that_is_not_there_yet_is_waited_for(
    start: Start, taken: list[RawBatch]
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start({"connect": f"tcp://127.0.0.1:{port}"})
    await asyncio.sleep(0.2)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(LINE)

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    await until(lambda: lines(taken) == 1)
    server.close()


async def test_a_line_that_has_gone_dead_is_hung_up(
    start: Start, taken: list[RawBatch]
) -> None:
    calls = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        writer.write(LINE)
        await reader.read()  # says nothing more, and does not hang up

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    start({"connect": f"tcp://127.0.0.1:{port}", "idle_s": 1})
    await until(lambda: calls >= 2)
    server.close()


async def test_waits_between_attempts_grow_and_differ(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float] = []
    pause = asyncio.sleep

    async def note(seconds: float) -> None:
        waits.append(seconds)
        await pause(0)
        if len(waits) == 9:
            raise asyncio.CancelledError

    async def refused() -> bool:
        raise ConnectionRefusedError("no")

    monkeypatch.setattr(streams.asyncio, "sleep", note)
    with pytest.raises(asyncio.CancelledError):
        await streams.keep("x", refused)
    for number, wait in enumerate(waits):
        longest = min(2 ** (number + 1), streams.LONGEST_WAIT_S)
        assert longest / 2 <= wait <= longest
    assert len({round(wait / 2**n, 6) for n, wait in enumerate(waits)}) > 3


async def test_a_serial_line_is_read_and_found_again(
    start: Start, taken: list[RawBatch], tmp_path: Path
) -> None:
    path = tmp_path / "ttyUSB0"
    master, slave = os.openpty()
    path.symlink_to(os.ttyname(slave))
    start({"serial": str(path), "baud": 38_400})

    async def say(data: bytes) -> None:
        known = lines(taken)
        async with asyncio.timeout(10):
            while lines(taken) == known:  # it may not be open yet
                os.write(master, data)
                await asyncio.sleep(0.1)

    await say(LINE[:-1] + b"\r\n")
    assert taken[0].body.startswith(LINE[:-1])
    os.close(slave)
    os.close(master)  # pulled out
    path.unlink()
    await until(lambda: ends(taken) >= 1)
    master, slave = os.openpty()
    path.symlink_to(os.ttyname(slave))
    await say(LINE)
    os.close(slave)
    os.close(master)


async def test_a_file_is_followed_as_it_grows_and_is_turned(
    start: Start, taken: list[RawBatch], tmp_path: Path
) -> None:
    log = tmp_path / "ais.log"
    log.write_bytes(LINE * 5)
    task = start({"file": str(log)})
    places = tmp_path / "var" / "ais_files" / "hill.json"
    await until(places.exists)
    with log.open("ab") as file:
        file.write(LINE * 2 + LINE[:10])
        file.flush()
        await until(lambda: lines(taken) == 2)
        file.write(LINE[10:])
    await until(lambda: lines(taken) == 3)
    log.rename(tmp_path / "ais.log.1")
    log.write_bytes(LINE * 4)
    await until(lambda: lines(taken) == 7)
    # what comes while nobody listens is read afterwards, nothing twice
    await until(lambda: _read_up_to(places, log) == 4 * len(LINE))
    task.cancel()
    with log.open("ab") as file:
        file.write(LINE)
    start({"file": str(log)})
    await until(lambda: lines(taken) == 8)


def _read_up_to(places: Path, file: Path) -> int:
    state = file.stat()
    return json.loads(places.read_text()).get(f"{state.st_dev}:{state.st_ino}", -1)


async def test_a_folder_is_read_file_by_file(
    start: Start, taken: list[RawBatch], tmp_path: Path
) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "1.nmea").write_bytes(LINE * 2)
    (folder / "notes.txt").write_bytes(LINE * 50)
    start({"file": str(folder), "pattern": "*.nmea", "begin": "start"})
    await until(lambda: lines(taken) == 2)
    (folder / "2.nmea").write_bytes(LINE * 3)
    await until(lambda: lines(taken) == 5)


async def test_writers_of_a_fifo_come_and_go(
    start: Start, taken: list[RawBatch], tmp_path: Path
) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    start({"file": str(path)})
    await asyncio.sleep(0.05)
    for number in (1, 2):
        await asyncio.to_thread(path.write_bytes, LINE)
        await until(lambda n=number: lines(taken) == n)


async def test_datagrams_of_a_feed_of_its_own_carry_its_name(
    start: Start, taken: list[RawBatch], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(framing, "SILENT_S", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    task = start({"listen": f"udp://127.0.0.1:{port}"})
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        async with asyncio.timeout(10):
            while not taken:
                sender.sendto(LINE.rstrip(b"\n"), ("127.0.0.1", port))
                await asyncio.sleep(0.05)
        assert taken[0].source == "hill:127.0.0.1"
        await until(lambda: ends(taken) == 1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
        again.bind(("127.0.0.1", port))  # the port is free


async def test_settings_that_cannot_be_used_end_the_listener(start: Start) -> None:
    with pytest.raises(ValueError, match="nowhere"):
        await start({"listen": "nowhere"})
