"""Sources that we go to: TCP servers and serial lines, again and again."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import socket
import termios
import tty
from collections.abc import Awaitable, Callable

from feeds.core.receiver import Receiver

from .endpoints import Connect, Serial
from .framing import Inlet, Silence

READ_BYTES = 256 * 1024
CONNECT_S = 10.0
# Waits between attempts double from the first to the longest, each up to a half
# shorter, so that many receivers do not come back in the same second.
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0

log = logging.getLogger(__name__)

Read = Callable[[], Awaitable[bytes]]


async def keep(name: str, attempt: Callable[[], Awaitable[bool]]) -> None:
    """Try for ever; ``attempt`` says whether anything came before it ended."""
    wait = FIRST_WAIT_S
    while True:
        heard = False
        try:
            heard = await attempt()
            log.warning("%s: the other side ended", name)
        except TimeoutError:
            log.warning("%s: nothing heard, trying anew", name)
            heard = True  # it was there; only a refused attempt waits longer
        except OSError as error:
            log.warning("%s: %s", name, error)
        wait = FIRST_WAIT_S if heard else min(wait * 2, LONGEST_WAIT_S)
        await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311


async def _pour(inlet: Inlet, read: Read, idle_s: float) -> bool:
    """Bytes into the inlet until the end; TimeoutError after ``idle_s`` of silence."""
    silence = Silence()
    watcher = asyncio.create_task(silence.watch())
    heard = False
    try:
        while True:
            # not wait_for, which may swallow a cancellation (CPython 3.11)
            async with asyncio.timeout(idle_s):
                data = await read()
            if not data:
                return heard
            heard = True
            await inlet.put(data)
            silence.heard(inlet)
    finally:
        watcher.cancel()
        await inlet.end()


async def tcp_client(receiver: Receiver, endpoint: Connect, feed: str) -> None:
    """Connect to a server of sentences; silence of ``idle_s`` is a dead line."""

    async def attempt() -> bool:
        reader, writer = await _connect(endpoint)
        try:
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            if endpoint.hello:
                writer.write(endpoint.hello.encode() + b"\r\n")
                await writer.drain()
            inlet = Inlet(receiver, feed, feed)
            return await _pour(inlet, lambda: reader.read(READ_BYTES), endpoint.idle_s)
        finally:
            writer.close()

    await keep(f"{feed} tcp://{endpoint.host}:{endpoint.port}", attempt)


async def _connect(
    endpoint: Connect,
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    try:
        async with asyncio.timeout(CONNECT_S):
            return await asyncio.open_connection(
                endpoint.host, endpoint.port, limit=READ_BYTES
            )
    except TimeoutError:
        raise ConnectionError(f"no answer for {CONNECT_S:.0f} s") from None


async def serial_line(receiver: Receiver, endpoint: Serial, feed: str) -> None:
    """Read a serial line; one that was pulled out is looked for again."""

    async def attempt() -> bool:
        flags = os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK
        descriptor = os.open(endpoint.path, flags)
        try:
            _set_line(descriptor, endpoint.baud)
            inlet = Inlet(receiver, feed, feed)
            return await _pour(
                inlet, lambda: read_descriptor(descriptor), endpoint.idle_s
            )
        finally:
            os.close(descriptor)

    await keep(f"{feed} {endpoint.path}", attempt)


def _set_line(descriptor: int, baud: int) -> None:
    """Raw bytes, 8N1, no flow control."""
    try:
        tty.setraw(descriptor, termios.TCSANOW)
        mode = termios.tcgetattr(descriptor)
        mode[2] |= termios.CLOCAL | termios.CREAD
        mode[2] &= ~termios.CRTSCTS
        mode[4] = mode[5] = getattr(termios, f"B{baud}")
        termios.tcsetattr(descriptor, termios.TCSANOW, mode)
    except termios.error as error:
        raise OSError(f"no serial line: {error}") from error


async def read_descriptor(descriptor: int) -> bytes:
    """The next bytes of a file descriptor that can be waited for."""
    loop = asyncio.get_running_loop()
    while True:
        ready = loop.create_future()

        def wake(ready: asyncio.Future[None] = ready) -> None:
            if not ready.done():
                ready.set_result(None)

        loop.add_reader(descriptor, wake)
        try:
            await ready
            return os.read(descriptor, 65_536)
        except BlockingIOError:
            continue
        finally:
            loop.remove_reader(descriptor)
