"""AIS over UDP and TCP, as receivers and dispatchers send it.

Senders that want to know that nothing was lost use three proprietary sentences
on TCP (plain dispatchers never do, and lose nothing by it):

``$PIOCS,<name>*hh``  from now on my sentences come from the source <name>
``$PIOCQ,<number>*hh`` is everything before this durable? answered, when it is,
                      by ``$PIOCA,<number>*hh``
``$PIOCE*hh``         the recording ends here: give up unfinished messages
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections import Counter
from contextlib import suppress

from django.conf import settings

from feeds.core.receiver import Receiver

from .nmea import checksum

KIND = "ais"
MAX_LINE = 4_096
READ_BYTES = 256 * 1024
IDLE_S = 600.0
MAX_CLIENTS = 200
# A sender that says nothing for so long will not finish its messages either.
SILENT_S = 10.0

log = logging.getLogger(__name__)


def sentence(body: str) -> bytes:
    """``$body*hh`` with its checksum and line end."""
    return f"${body}*{checksum(body.encode()):02X}\r\n".encode()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, queue: asyncio.Queue[tuple[str, bytes]]) -> None:
        self.queue = queue
        self.dropped = 0

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            self.queue.put_nowait((f"udp:{addr[0]}", data))
        except asyncio.QueueFull:
            self.dropped += 1
            if self.dropped % 10_000 == 1:
                log.warning("%d datagrams dropped: too fast for us", self.dropped)


async def end(receiver: Receiver, source: str) -> None:
    """Tell the decoder that nothing of ``source`` is on its way any more."""
    await receiver.store(KIND, source, b"", lines=0, meta={"end": True})


class _Silence:
    """Ends the stream of senders that have fallen silent."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self.heard: dict[str, float] = {}

    async def watch(self) -> None:
        while True:
            await asyncio.sleep(SILENT_S / 4)
            limit = time.monotonic() - SILENT_S
            for source in [s for s, at in self.heard.items() if at < limit]:
                del self.heard[source]
                await end(self.receiver, source)


async def udp(receiver: Receiver) -> None:
    """Datagrams of one or more sentences, with or without a line end."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 * 1024 * 1024)
    sock.setblocking(False)
    sock.bind((settings.IOC_BIND, settings.IOC_AIS_UDP_PORT))
    queue: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(100_000)
    loop = asyncio.get_running_loop()
    transport, _protocol = await loop.create_datagram_endpoint(
        lambda: _Datagrams(queue), sock=sock
    )
    silence = _Silence(receiver)
    watcher = asyncio.create_task(silence.watch())
    try:
        while True:
            source, data = await queue.get()
            if not data.endswith(b"\n"):
                data += b"\n"
            silence.heard[source] = time.monotonic()
            await receiver.add_lines(KIND, source, data)
    finally:
        watcher.cancel()
        transport.close()


async def tcp(receiver: Receiver) -> None:
    """A server that dispatchers connect to."""
    clients: set[asyncio.Task[None]] = set()
    open_sources: Counter[str] = Counter()

    async def accept(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if len(clients) >= MAX_CLIENTS:
            writer.close()
            return
        task = asyncio.current_task()
        if task is not None:
            clients.add(task)
            task.add_done_callback(clients.discard)
        client = _Client(receiver, reader, writer)
        address = client.source
        open_sources[address] += 1
        try:
            with suppress(ConnectionError, TimeoutError):
                await client.run()
        finally:
            writer.close()
            open_sources[address] -= 1
            # a sender with a name of its own comes back and goes on
            if not open_sources[address] and client.source == address:
                await end(receiver, address)

    server = await asyncio.start_server(
        accept, settings.IOC_BIND, settings.IOC_AIS_TCP_PORT, limit=READ_BYTES
    )
    async with server:
        await server.serve_forever()


class _Client:
    """One TCP connection."""

    def __init__(
        self,
        receiver: Receiver,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.receiver = receiver
        self.reader = reader
        self.writer = writer
        self.source = f"tcp:{writer.get_extra_info('peername')[0]}"
        self.rest = b""

    async def run(self) -> None:
        while True:
            data = await asyncio.wait_for(self.reader.read(READ_BYTES), IDLE_S)
            if not data:
                break
            block, newline, self.rest = (self.rest + data).rpartition(b"\n")
            if newline:
                await self.take(block + newline)
            elif len(self.rest) > MAX_LINE:
                await self.take(self.rest + b"\n")  # to quarantine, in one piece
                self.rest = b""
        if self.rest:
            await self.take(self.rest + b"\n")

    async def take(self, block: bytes) -> None:
        """Whole lines; our own sentences among them are answered, not stored."""
        if b"$PIOC" not in block:
            await self.receiver.add_lines(KIND, self.source, block)
            return
        plain: list[bytes] = []
        for line in block.splitlines(keepends=True):
            if not line.startswith(b"$PIOC"):
                plain.append(line)
                continue
            if plain:
                await self.receiver.add_lines(KIND, self.source, b"".join(plain))
                plain = []
            await self.control(line.strip().decode("latin-1"))
        if plain:
            await self.receiver.add_lines(KIND, self.source, b"".join(plain))

    async def control(self, line: str) -> None:
        body, _star, digits = line[1:].partition("*")
        if f"{checksum(body.encode('latin-1')):02X}" != digits.upper():
            return
        verb, _comma, value = body.partition(",")
        if verb == "PIOCS":
            self.source = value[:100]
        elif verb == "PIOCE":
            await end(self.receiver, self.source)
        elif verb == "PIOCQ":
            await self.receiver.durable()
            self.writer.write(sentence(f"PIOCA,{value}"))
            await self.writer.drain()
