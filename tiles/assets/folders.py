"""Folders of the administrator: what is in them, looked at again now and then."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Lock
from time import monotonic

EVERY_S = 1.0
MAX_FILES = 20_000

# Time of the last change in nanoseconds and size in bytes: equal for equal content.
Stamp = tuple[int, int]

log = logging.getLogger(__name__)


def listing(folder: Path, suffixes: Iterable[str]) -> dict[Path, Stamp]:
    """Files of the tree by path, in the order of their names; hidden ones are not seen.

    A folder that is not there is empty. Links to folders are not followed, so a
    ring of links costs nothing.
    """
    wanted = frozenset(suffixes)
    found: dict[Path, Stamp] = {}
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name[0] != ".")
        for name in sorted(files):
            path = Path(place, name)
            if name[0] == "." or path.suffix.lower() not in wanted:
                continue
            if len(found) == MAX_FILES:
                log.error("%s has more than %s files", folder.name, MAX_FILES)
                return found
            try:
                state = path.stat()
            except OSError:  # gone since, or a link to nowhere
                continue
            found[path] = (state.st_mtime_ns, state.st_size)
    return found


def subfolders(root: Path | None) -> Callable[[], dict[str, Path]]:
    """The folders in ``root`` by name, as :class:`~.sprites.Sprites` asks for them."""

    def found() -> dict[str, Path]:
        if root is None or not root.is_dir():
            return {}
        return {
            path.name: path
            for path in sorted(root.iterdir())
            if path.is_dir() and path.name[0] != "."
        }

    return found


class Look:
    """Calls ``look`` when it was not called within the last second.

    One call at a time: who comes meanwhile goes on with what was seen before.
    """

    def __init__(self, look: Callable[[], None]) -> None:
        self._look = look
        self._lock = Lock()
        self._due = 0.0
        self._looked = False

    def now(self) -> None:
        """Look in this thread; quick when no file has changed."""
        if monotonic() < self._due:
            return
        if not self._lock.acquire(blocking=not self._looked):
            return
        try:
            if monotonic() >= self._due:
                self._look()
                self._looked = True
                self._due = monotonic() + EVERY_S
        finally:
            self._lock.release()

    async def soon(self) -> None:
        """Look in another thread."""
        if monotonic() >= self._due:
            await asyncio.to_thread(self.now)
