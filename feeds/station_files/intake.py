"""From a complete file to the inbox; what looks cut waits first."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from feeds.core.receiver import Receiver

from .parsing import is_whole, split_lines

KIND = "station_files"
MAX_BYTES = 2_000_000
SETTLE_S = 10.0
STORE_TIMEOUT_S = 60.0
TEMPORARY = (".tmp", ".part", ".filepart", ".uploading")

Store = Callable[[str, bytes, dict[str, Any]], None]
# (sender, bytes, meta) of many files: all of them or none
StoreMany = Callable[[list[tuple[str, bytes, dict[str, Any]]]], None]


def is_temporary(name: str) -> bool:
    """Names that loggers and SFTP clients use until a file is complete."""
    return name.startswith(".") or name.casefold().endswith(TEMPORARY)


def store_through(receiver: Receiver, loop: asyncio.AbstractEventLoop) -> Store:
    """For threads: store a file and return once it is durable, or raise OSError."""
    many = store_many_through(receiver, loop)

    def store(source: str, body: bytes, meta: dict[str, Any]) -> None:
        many([(source, body, meta)])

    return store


def store_many_through(
    receiver: Receiver, loop: asyncio.AbstractEventLoop
) -> StoreMany:
    """The same for many files in one transaction."""

    async def hand_over(files: list[tuple[str, bytes, dict[str, Any]]]) -> None:
        calls = [
            receiver.store(KIND, source, body, lines=len(split_lines(body)), meta=meta)
            for source, body, meta in files
        ]
        await asyncio.gather(*calls)

    def store(files: list[tuple[str, bytes, dict[str, Any]]]) -> None:
        future = asyncio.run_coroutine_threadsafe(hand_over(files), loop)
        try:
            future.result(STORE_TIMEOUT_S)
        except Exception as error:
            future.cancel()
            raise OSError("the inbox does not take files now") from error

    return store


class Waiting:
    """Files whose end looks cut: kept on disk until they have settled."""

    def __init__(self, folder: Path, store: Store, settle_s: float = SETTLE_S) -> None:
        self.folder = folder
        self.store = store
        self.settle_s = settle_s
        folder.mkdir(parents=True, exist_ok=True)

    def _path(self, account: str, path: str) -> Path:
        key = hashlib.blake2b(f"{account}/{path}".encode(), digest_size=16).hexdigest()
        return self.folder / f"{key}.held"

    def take(self, account: str, path: str, body: bytes) -> None:
        """Store a whole file; hold one that looks cut, the next of its name wins."""
        held = self._path(account, path)
        if is_whole(body):
            self.store(account, body, {"account": account, "path": path})
            held.unlink(missing_ok=True)
            return
        head = json.dumps({"account": account, "path": path}).encode()
        part = held.with_suffix(".new")
        with part.open("wb") as file:
            file.write(head + b"\n" + body)
            file.flush()
            os.fsync(file.fileno())
        part.rename(held)

    def settle(self) -> int:
        """Store what nobody has completed for ``settle_s``; how many files."""
        ready = [
            path
            for path in self.folder.glob("*.held")
            if time.time() - path.stat().st_mtime >= self.settle_s
        ]
        for path in sorted(ready, key=lambda entry: entry.stat().st_mtime):
            head, body = path.read_bytes().split(b"\n", 1)
            meta = json.loads(head)
            self.store(meta["account"], body, meta)
            path.unlink()
        return len(ready)
