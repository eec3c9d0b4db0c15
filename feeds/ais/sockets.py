"""Servers for AIS over UDP and TCP, as receivers and dispatchers send it.

Senders that want to know that nothing was lost use three proprietary sentences
on TCP (plain dispatchers never do, and lose nothing by it):

``$PIOCS,<name>*hh``  from now on my sentences come from the source <name>;
                      ``$PIOCS,<name>,recording*hh``: and they are history
``$PIOCQ,<number>*hh`` is everything before this durable? answered, when it is,
                      by ``$PIOCA,<number>*hh``
``$PIOCE*hh``         the recording ends here: give up unfinished messages
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import Counter
from contextlib import suppress

from django.conf import settings

from feeds.core.receiver import Receiver

from .framing import KIND, Inlet, Silence
from .nmea import checksum

READ_BYTES = 256 * 1024
IDLE_S = 600.0
MAX_CLIENTS = 200
MAX_SENDERS = 2_000
QUEUE = 100_000

log = logging.getLogger(__name__)


def sentence(body: str) -> bytes:
    """``$body*hh`` with its checksum and line end."""
    return f"${body}*{checksum(body.encode()):02X}\r\n".encode()


async def udp(receiver: Receiver) -> None:
    """The port of the settings."""
    await serve_udp(receiver, settings.IOC_BIND, settings.IOC_AIS_UDP_PORT, KIND)


async def tcp(receiver: Receiver) -> None:
    """The port of the settings."""
    await serve_tcp(receiver, settings.IOC_BIND, settings.IOC_AIS_TCP_PORT, KIND)


def _name(protocol: str, feed: str, address: str) -> str:
    """The source name of a sender: of the default feed as ever, else per feed."""
    return f"{protocol if feed == KIND else feed}:{address}"


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, queue: asyncio.Queue[tuple[str, bytes]]) -> None:
        self.queue = queue
        self.dropped = 0

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            self.queue.put_nowait((addr[0], data))
        except asyncio.QueueFull:
            self.dropped += 1
            if self.dropped % 10_000 == 1:
                log.warning("%d datagrams dropped: too fast for us", self.dropped)


async def serve_udp(receiver: Receiver, host: str, port: int, feed: str) -> None:
    """Datagrams of one or more sentences, with or without a line end."""
    queue: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(QUEUE)
    loop = asyncio.get_running_loop()
    transport, _protocol = await loop.create_datagram_endpoint(
        lambda: _Datagrams(queue), sock=await _bound(host, port)
    )
    silence = Silence()
    watcher = asyncio.create_task(silence.watch())
    inlets: dict[str, Inlet] = {}
    try:
        while True:
            address, data = await queue.get()
            # too many addresses are one sender: somebody invents them
            if address not in inlets and len(inlets) >= MAX_SENDERS:
                address = "others"
            inlet = inlets.get(address)
            if inlet is None:
                name = _name("udp", feed, address)
                inlet = inlets[address] = Inlet(receiver, name, feed)
            silence.heard(inlet)
            await inlet.take(data if data.endswith(b"\n") else data + b"\n")
    finally:
        watcher.cancel()
        transport.close()


async def _bound(host: str, port: int) -> socket.socket:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    family, kind, protocol, _canonical, address = found[0]
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 * 1024 * 1024)
        sock.setblocking(False)
        sock.bind(address)
    except OSError:
        sock.close()
        raise
    return sock


async def serve_tcp(receiver: Receiver, host: str, port: int, feed: str) -> None:
    """A server that dispatchers connect to."""
    clients: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
    open_sources: Counter[str] = Counter()

    async def accept(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        if len(clients) >= MAX_CLIENTS or task is None:
            writer.close()
            return
        clients[task] = writer
        address = _name("tcp", feed, writer.get_extra_info("peername")[0])
        client = _Client(receiver, address, feed, reader, writer)
        open_sources[address] += 1
        try:
            with suppress(ConnectionError, TimeoutError):
                await client.run()
        finally:
            del clients[task]
            writer.close()
            open_sources[address] -= 1
            # a sender with a name of its own comes back and goes on
            if not open_sources[address] and client.source == address:
                await client.end()

    server = await asyncio.start_server(accept, host, port, limit=READ_BYTES)
    try:
        async with server:
            await server.serve_forever()
    finally:
        for writer in clients.values():
            writer.close()


class _Client(Inlet):
    """One TCP connection; our own sentences in it are answered, not stored."""

    def __init__(
        self,
        receiver: Receiver,
        source: str,
        feed: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        super().__init__(receiver, source, feed)
        self.reader = reader
        self.writer = writer

    async def run(self) -> None:
        while True:
            async with asyncio.timeout(IDLE_S):
                data = await self.reader.read(READ_BYTES)
            if not data:
                break
            await self.put(data)
        await self.flush()

    async def take(self, block: bytes) -> None:
        if b"$PIOC" not in block:
            await super().take(block)
            return
        plain: list[bytes] = []
        for line in block.splitlines(keepends=True):
            if not line.startswith(b"$PIOC"):
                plain.append(line)
                continue
            if plain:
                await super().take(b"".join(plain))
                plain = []
            await self.control(line.strip().decode("latin-1"))
        if plain:
            await super().take(b"".join(plain))

    async def control(self, line: str) -> None:
        body, _star, digits = line[1:].partition("*")
        if f"{checksum(body.encode('latin-1')):02X}" != digits.upper():
            return
        verb, _comma, value = body.partition(",")
        if verb == "PIOCS":
            name, _comma, mode = value.partition(",")
            if name.isprintable() and name:
                self.source = name[:100]
                self.meta = {"recording": True} if mode == "recording" else None
        elif verb == "PIOCE":
            await self.end()
        elif verb == "PIOCQ":
            await self.receiver.durable()
            self.writer.write(sentence(f"PIOCA,{value}"))
            await self.writer.drain()
