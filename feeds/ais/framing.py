"""From bytes of a stream to whole lines in the inbox."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from feeds.core.receiver import Receiver

KIND = "ais"
MAX_LINE = 4_096
# A sender that says nothing for so long will not finish its messages either.
SILENT_S = 10.0
END_S = 2.0


class Inlet:
    """Where the lines of one sender go: a feed and a source name."""

    def __init__(
        self,
        receiver: Receiver,
        source: str,
        feed: str = KIND,
        meta: Mapping[str, Any] | None = None,
    ) -> None:
        self.receiver = receiver
        self.source = source
        self.feed = feed
        self.meta = meta
        self._rest = b""

    async def put(self, data: bytes) -> None:
        """Store the lines that ``data`` completes; the rest waits for its end."""
        block, newline, self._rest = (self._rest + data).rpartition(b"\n")
        if newline:
            await self.take(block + newline)
        elif len(self._rest) > MAX_LINE:
            await self.flush()  # to quarantine, in one piece

    async def flush(self) -> None:
        """Nothing follows: what has no line end yet is a line."""
        rest, self._rest = self._rest, b""
        if rest:
            await self.take(rest + b"\n")

    async def take(self, block: bytes) -> None:
        """Whole lines, each ended by LF."""
        await self.receiver.add_lines(
            KIND, self.source, block, feed=self.feed, meta=self.meta
        )

    async def end(self) -> None:
        """Tell the decoder that nothing more of this is on its way; not for ever,
        since nobody answers while the whole process stops."""
        with suppress(TimeoutError):
            async with asyncio.timeout(END_S):
                await self.flush()
                await self.receiver.store(
                    KIND, self.source, b"", feed=self.feed, lines=0, meta={"end": True}
                )


class Silence:
    """Ends the streams of senders that have fallen silent."""

    def __init__(self) -> None:
        self._heard: dict[str, tuple[float, Inlet]] = {}

    def heard(self, inlet: Inlet) -> None:
        self._heard[inlet.source] = (time.monotonic(), inlet)

    async def watch(self) -> None:
        while True:
            await asyncio.sleep(SILENT_S / 4)
            limit = time.monotonic() - SILENT_S
            silent = [(s, i) for s, (at, i) in self._heard.items() if at < limit]
            for source, inlet in silent:
                del self._heard[source]
                await inlet.end()
