"""Files that grow: logs of other programs, FIFOs, folders of them.

How far each file was read is kept on disk, written once the lines are durable:
after a crash some lines are read twice (and found to be repeats), none is lost.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import stat
from pathlib import Path

from django.conf import settings

from feeds.core.receiver import Receiver

from .endpoints import Grows
from .framing import Inlet
from .streams import keep, read_descriptor

LOOK_EVERY_S = 0.5
BLOCK = 256 * 1024
MAX_FILES = 1_000

log = logging.getLogger(__name__)


class Places:
    """File (device:inode) -> how many bytes of it are durable."""

    def __init__(self, feed: str) -> None:
        self.path = Path(settings.VAR_DIR) / "ais_files" / f"{feed}.json"
        self.known = self.path.exists()
        self.of: dict[str, int] = {}
        if self.known:
            try:
                self.of = json.loads(self.path.read_text("utf-8"))
            except ValueError as error:
                log.error("%s: %s; files are read from where they end", feed, error)
                self.known = False

    def save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(self.of), "utf-8")
        part.replace(self.path)


class _Tail:
    """One file that is being read; ``at`` counts whole lines only.

    It stays open: what was written just before it was renamed is read, too.
    """

    def __init__(self, path: Path, at: int, inlet: Inlet) -> None:
        self.file = path.open("rb")
        self.at, self.inlet = at, inlet

    async def read(self) -> bool:
        """Take what was added; False when nothing was."""
        if os.fstat(self.file.fileno()).st_size < self.at:
            self.at = 0  # emptied and begun anew
        self.file.seek(self.at)
        block = self.file.read(BLOCK)
        whole = block.rfind(b"\n") + 1
        if not whole and len(block) < BLOCK:
            return False
        whole = whole or len(block)
        body = block[:whole]
        await self.inlet.take(body if body.endswith(b"\n") else body + b"\n")
        self.at += whole
        return True


async def growing(receiver: Receiver, endpoint: Grows, feed: str) -> None:
    """Read a file, a FIFO or the files of a folder, for ever."""

    async def attempt() -> bool:
        if stat.S_ISFIFO(endpoint.path.stat().st_mode):
            return await _fifo(receiver, endpoint, feed)
        return await _files(receiver, endpoint, feed)

    await keep(f"{feed} {endpoint.path}", attempt)


async def _fifo(receiver: Receiver, endpoint: Grows, feed: str) -> bool:
    # for writing, too: so it does not end when a writer leaves
    descriptor = os.open(endpoint.path, os.O_RDWR | os.O_NONBLOCK)
    inlet = Inlet(receiver, feed, feed)
    try:
        while True:
            await inlet.put(await read_descriptor(descriptor))
    finally:
        os.close(descriptor)


async def _files(receiver: Receiver, endpoint: Grows, feed: str) -> bool:
    places = Places(feed)
    from_start = endpoint.begin == "start" or places.known
    tails: dict[str, _Tail] = {}
    inlet = Inlet(receiver, feed, feed)
    try:
        while True:
            there = await asyncio.to_thread(_look, endpoint)
            for path, key, size in there:
                if key not in tails:
                    at = places.of.get(key, 0 if from_start else size)
                    tails[key] = _Tail(path, at, inlet)
            from_start = True  # a file that comes later is new
            some = await _read_all(tails, {key for _path, key, _size in there})
            if some or not places.known:
                await receiver.durable()
                places.of = {key: tail.at for key, tail in tails.items()}
                places.known = True
                await asyncio.to_thread(places.save)
            await asyncio.sleep(LOOK_EVERY_S)
    finally:
        for tail in tails.values():
            tail.file.close()


async def _read_all(tails: dict[str, _Tail], there: set[str]) -> bool:
    """One round over all files, oldest first; whether anything was new."""
    some = False
    for key, tail in list(tails.items()):
        fresh = False
        while await tail.read():
            fresh = some = True
        if key not in there and not fresh:
            tail.file.close()  # rotated away or removed, and read to its end
            del tails[key]
            some = True
    return some


def _look(endpoint: Grows) -> list[tuple[Path, str, int]]:
    """The files, by age: path, identity, size. OSError when there is nothing."""
    root = endpoint.path
    if not root.exists():
        raise FileNotFoundError(f"no file or folder {root}")
    paths = sorted(root.glob(endpoint.pattern)) if root.is_dir() else [root]
    found = []
    for path in paths:
        try:
            state = path.stat()
        except FileNotFoundError:
            continue
        if stat.S_ISREG(state.st_mode):
            key = f"{state.st_dev}:{state.st_ino}"
            found.append((state.st_mtime, path, key, state.st_size))
    found.sort(key=lambda entry: entry[:2])
    return [entry[1:] for entry in found[-MAX_FILES:]]
