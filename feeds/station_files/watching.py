"""The watched folder: where an SFTP server or a share puts station files."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from .intake import MAX_BYTES, SETTLE_S, StoreMany, is_temporary
from .parsing import is_whole

AT_ONCE = 1_000  # files of one transaction

log = logging.getLogger(__name__)


class Watch:
    """Takes files that have stopped growing, oldest first, and removes them."""

    def __init__(
        self, folder: Path, store: StoreMany, settle_s: float = SETTLE_S
    ) -> None:
        self.folder = folder
        self.store = store
        self.settle_s = settle_s
        self._seen: dict[Path, tuple[int, int, float]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def look(self) -> int:
        """One round; how many files were taken. OSError: the rest comes later."""
        now = time.monotonic()
        files = [
            path
            for path in self.folder.rglob("*")
            if path.is_file() and not is_temporary(path.name)
        ]
        self._seen = {path: self._seen[path] for path in files if path in self._seen}
        stable = [path for path in files if self._is_stable(path, now)]
        stable.sort(key=lambda path: (path.stat().st_mtime_ns, path.name))
        for first in range(0, len(stable), AT_ONCE):
            self._take(stable[first : first + AT_ONCE])
        return len(stable)

    def _take(self, paths: list[Path]) -> None:
        """Hand files on together; they go once the inbox has them."""
        files = []
        for path in paths:
            where = path.relative_to(self.folder).as_posix()
            body = path.read_bytes()[:MAX_BYTES]
            files.append(("folder", body, {"account": "", "path": where}))
        self.store(files)
        for path in paths:
            path.unlink()
            self._seen.pop(path, None)

    def _is_stable(self, path: Path, now: float) -> bool:
        """Unchanged for ``settle_s``: since it was first seen, or by its age."""
        try:
            facts = path.stat()
        except FileNotFoundError:
            return False
        size, changed = facts.st_size, facts.st_mtime_ns
        before = self._seen.get(path)
        if before is None or before[:2] != (size, changed):
            self._seen[path] = (size, changed, now)
            old = time.time() - facts.st_mtime >= self.settle_s
            # an old file with a proper end needs no second look: backlogs drain
            return bool(size) and old and is_whole(path.read_bytes()[-4096:])
        return bool(size) and now - before[2] >= self.settle_s
