"""``manage.py replay FILE …``: real recordings through the running receiver."""

from __future__ import annotations

import socket
import time
from argparse import ArgumentParser
from collections import deque
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Sum
from django.utils.module_loading import module_has_submodule

from feeds.ais.recordings import line_time, lines_of, name_of
from feeds.ais.sockets import sentence
from feeds.core.models import FeedCount, InboxBatch, Quarantine
from feeds.core.spec import feed_kinds

ASK_EVERY = 2_000
RECONNECT_S = 0.5


class Player:
    """Sends lines over TCP and keeps those that are not known to be durable."""

    def __init__(
        self, source: str, address: tuple[str, int], patience_s: float
    ) -> None:
        self.source = source
        self.address = address
        self.patience_s = patience_s
        self.unsure: deque[tuple[int, bytes]] = deque()
        self.asked = 0
        self.sent = 0
        self.resent = 0
        self._socket: socket.socket | None = None
        self._buffer = b""

    def send(self, block: list[bytes]) -> None:
        """Send a block and wait until it is durable, however often it takes."""
        self.asked += 1
        self.unsure.append((self.asked, b"".join(line + b"\n" for line in block)))
        self.sent += len(block)
        self._deliver(sentence(f"PIOCQ,{self.asked}"))

    def end(self) -> None:
        self.asked += 1
        self.unsure.append((self.asked, sentence("PIOCE")))
        self._deliver(sentence(f"PIOCQ,{self.asked}"))

    def _deliver(self, question: bytes) -> None:
        deadline = time.monotonic() + self.patience_s
        first = True
        while self.unsure:
            try:
                connection = self._connect()
                if not first:
                    self.resent += 1
                connection.sendall(
                    b"".join(data for _n, data in self.unsure) + question
                )
                self._await_answer(connection)
            except OSError as error:
                self._drop()
                if time.monotonic() > deadline:
                    raise CommandError(f"receiver does not answer: {error}") from error
                time.sleep(RECONNECT_S)
            first = False

    def _connect(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(self.address, timeout=5)
            self._socket.settimeout(60)
            self._socket.sendall(sentence(f"PIOCS,{self.source},recording"))
            self._buffer = b""
        return self._socket

    def _await_answer(self, connection: socket.socket) -> None:
        wanted = f"$PIOCA,{self.asked}*".encode()
        while wanted not in self._buffer:
            data = connection.recv(65_536)
            if not data:
                raise ConnectionResetError("receiver closed the connection")
            self._buffer += data
        self._buffer = b""
        self.unsure.clear()

    def _drop(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None


class Command(BaseCommand):
    help = "Play recordings (NMEA, CSV, JSON lines; .gz) through the AIS receiver."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument(
            "--rate", type=float, help="lines a second (else full speed)"
        )
        parser.add_argument(
            "--speed", type=float, help="times the recording's own pace"
        )
        parser.add_argument("--host", default=settings.IOC_BIND)
        parser.add_argument("--port", type=int, default=settings.IOC_AIS_TCP_PORT)
        parser.add_argument("--patience", type=float, default=120, help="seconds")
        parser.add_argument(
            "--no-wait", action="store_true", help="do not wait for the drain"
        )
        parser.add_argument(
            "--rejected", type=Path, help="write refused lines to this file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for path in options["files"]:
            if not path.is_file():
                raise CommandError(f"no file {path}")
            self.play(path, options)

    def play(self, path: Path, options: dict[str, Any]) -> None:
        source = name_of(path)
        before = counts(source)
        player = Player(source, (options["host"], options["port"]), options["patience"])
        started = time.monotonic()
        keeper = keeper_of(path)
        if keeper is not None:
            player.sent = keeper.hand_in(path, source)
        else:
            for block in blocks(lines_of(path), options["rate"], options["speed"]):
                player.send(block)
            player.end()
        sent_s = time.monotonic() - started
        if options["no_wait"]:
            self.stdout.write(
                f"{path.name}: {player.sent} lines sent in {sent_s:.1f} s"
            )
            return
        wait_drained(source, options["patience"])
        took = time.monotonic() - started
        self.report(path, player, counts(source) - before, took)
        if options["rejected"]:
            self.save_rejected(source, options["rejected"])

    def report(self, path: Path, player: Player, tally: Tally, took_s: float) -> None:
        known = sum(tally.values())
        self.stdout.write(
            f"{path.name}: {player.sent} lines in {took_s:.1f} s"
            f" ({player.sent / max(took_s, 1e-9):,.0f}/s), {player.resent} resends"
        )
        for (outcome, reason), lines in sorted(tally.items()):
            if lines:
                self.stdout.write(f"  {lines:>9}  {outcome} {reason}".rstrip())
        verdict = "adds up" if known == player.sent else f"differs from {player.sent}"
        self.stdout.write(f"  {known:>9}  together: {verdict}")

    def save_rejected(self, source: str, target: Path) -> None:
        rows = Quarantine.objects.filter(source=source).order_by("id")
        with target.open("w", encoding="utf-8") as file:
            for row in rows.iterator():
                file.write(f"{row.line_no}\t{row.reason}\t{row.detail}\t{row.raw}\n")
        self.stdout.write(f"  refused lines written to {target}")


def keeper_of(path: Path) -> Any:
    """The module ``recordings`` of the kind of feed whose own format the file is,
    or None: then it goes through the AIS receiver."""
    for kind in feed_kinds:
        package = import_module(f"feeds.{kind}")
        if module_has_submodule(package, "recordings"):
            module = import_module(f"feeds.{kind}.recordings")
            if hasattr(module, "recognises") and module.recognises(path):
                return module
    return None


class Tally(dict[tuple[str, str], int]):
    """(outcome, reason) -> lines."""

    def __sub__(self, other: Tally) -> Tally:
        return Tally({key: value - other.get(key, 0) for key, value in self.items()})


def counts(source: str) -> Tally:
    rows = (
        FeedCount.objects.filter(source=source)
        .values_list("outcome", "reason")
        .annotate(total=Sum("lines"))
    )
    return Tally({(outcome, reason): total for outcome, reason, total in rows})


def wait_drained(source: str, patience_s: float) -> None:
    """Wait until nothing of ``source`` waits; a database that is away may return."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            if not InboxBatch.objects.filter(source=source, state=0).exists():
                return
        except (OperationalError, InterfaceError):
            connection.close()
        if time.monotonic() > deadline:
            raise CommandError("the inbox is not drained: do the workers run?")
        time.sleep(0.1)


def blocks(
    lines: Iterator[bytes], rate: float | None, speed: float | None
) -> Iterator[list[bytes]]:
    """Blocks of lines, paced by ``rate`` (lines/s) or by the lines' own times."""
    if rate is None and speed is None:
        yield from _plain(lines, ASK_EVERY)
        return
    started = time.monotonic()
    if rate is not None:
        sent = 0
        for block in _plain(lines, max(int(rate / 5), 1)):
            sent += len(block)
            yield block
            time.sleep(max(started + sent / rate - time.monotonic(), 0))
        return
    yield from _paced(lines, speed or 1.0, started)


def _plain(lines: Iterator[bytes], size: int) -> Iterator[list[bytes]]:
    block: list[bytes] = []
    for line in lines:
        block.append(line)
        if len(block) >= size:
            yield block
            block = []
    if block:
        yield block


def _paced(
    lines: Iterator[bytes], speed: float, started: float
) -> Iterator[list[bytes]]:
    block: list[bytes] = []
    first: float | None = None
    for line in lines:
        at = line_time(line)
        if at is not None:
            first = at if first is None else first
            due = started + (at - first) / speed
            if due > time.monotonic() + 0.2:
                if block:
                    yield block
                    block = []
                time.sleep(max(due - time.monotonic(), 0))
        block.append(line)
        if len(block) >= ASK_EVERY:
            yield block
            block = []
    if block:
        yield block
