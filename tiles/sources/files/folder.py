"""A folder whose files are sources: what is put there appears, changes, goes."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import xxhash

from tiles.catalog import free_id
from tiles.sources import Source

from .archives import SUFFIXES as ARCHIVES
from .archives import Archive, open_archive
from .columns import type_name
from .formats import SUFFIXES as VECTORS
from .formats import BrokenFileError, LayerInfo, Limits, inspect
from .sidecar import Sidecar, read_sidecar
from .source import ArchiveSource, FileSource, FileState, Shelf, VectorSource, reader

REFRESH_S = 3.0
# A file that was written to more recently than this may not be complete.
SETTLED_S = 2.0
MAX_FILES = 1000
# Files that belong to a file of the same stem, and of the same name.
COMPANIONS = (".json", ".dbf", ".shx", ".prj", ".cpg")
WAL = "-wal"

log = logging.getLogger(__name__)

# Name, size, time of the content's and of the file's last change in ns.
Stamp = tuple[str, int, int, int]
Content = Archive | tuple[LayerInfo, ...]


@dataclass
class Entry:
    """A file as it was last looked at; ``content`` None: ``problem`` says why.

    ``stamps`` are those of the file and of what belongs to it.
    """

    path: Path
    stamps: tuple[Stamp, ...]
    state: FileState
    content: Content | None = None
    problem: str = ""


class WatchedFolder:
    """A provider: every readable file of ``folder`` is a source named after it.

    The folder need not exist. A file is read when it has not changed for
    ``settled_s`` seconds or since the last look; until then what was there
    before stays. ``limits`` bound a single vector file, ``shelf`` all of them.
    """

    def __init__(
        self,
        folder: Path,
        *,
        limits: Limits | None = None,
        shelf: Shelf | None = None,
        refresh_s: float = REFRESH_S,
        settled_s: float = SETTLED_S,
    ) -> None:
        self.folder = folder
        self.limits = limits or Limits()
        self.shelf = shelf or Shelf()
        self.refresh_s = refresh_s
        self.settled_s = settled_s
        self.sources: Mapping[str, Source] = {}
        self.broken: Mapping[str, str] = {}
        self._entries: dict[str, Entry] = {}
        self._seen: dict[str, tuple[Stamp, ...]] = {}

    async def refresh(self, taken: frozenset[str]) -> None:
        loop = asyncio.get_running_loop()
        self._entries = await loop.run_in_executor(reader, self._look)
        self._publish(taken)

    def _look(self) -> dict[str, Entry]:
        """The entries as they are now; unchanged files are not touched."""
        files = _files(self.folder)
        if len(files) > MAX_FILES:
            log.warning("%s: only the first %d files", self.folder, MAX_FILES)
        found: dict[str, Entry] = {}
        for name, stamps in list(files.items())[:MAX_FILES]:
            known = self._entries.get(name)
            if known is not None and known.stamps == stamps:
                found[name] = known
            elif self._settled(name, stamps):
                found[name] = self._open(name, stamps)
            else:
                found[name] = known or _waiting(self.folder / name, stamps)
        self._seen = files
        return found

    def _settled(self, name: str, stamps: tuple[Stamp, ...]) -> bool:
        newest = max(mtime_ns for _name, _size, mtime_ns, _ctime_ns in stamps)
        young = time.time_ns() - newest < self.settled_s * 1e9
        return not young or self._seen.get(name) == stamps

    def _open(self, name: str, stamps: tuple[Stamp, ...]) -> Entry:
        path = self.folder / name
        entry = Entry(path, stamps, _state(path, stamps, Sidecar()))
        try:
            beside = path.with_suffix(".json")
            if beside.name != name and beside.name in {stamp[0] for stamp in stamps}:
                entry.state = _state(path, stamps, read_sidecar(beside))
            if path.suffix.lower() in ARCHIVES:
                entry.content = _archive(path, entry.state.sidecar)
            else:
                entry.content = _vector(path, entry.state.sidecar, self.limits)
        except BrokenFileError as error:
            entry.problem = f"{name}: {error}"
            log.warning("tiles: %s", entry.problem)
        except Exception as error:  # foreign files fail in every way there is
            entry.problem = f"{name}: it cannot be read ({type(error).__name__})"
            log.exception("tiles: %s cannot be read", name)
        return entry

    def _publish(self, taken: frozenset[str]) -> None:
        """Ids depend on the names alone, so that all processes agree."""
        sources: dict[str, FileSource] = {}
        broken: dict[str, str] = {}
        used = set(taken)
        for name, entry in sorted(self._entries.items()):
            source_id = free_id(entry.path.stem, frozenset(used))
            used.add(source_id)
            source = self._source(source_id, entry)
            if isinstance(source, VectorSource) and source.failed:
                entry.content, entry.problem = None, f"{name}: {source.failed}"
                source = None
            if source is None:
                broken[source_id] = entry.problem
            else:
                sources[source_id] = source
        self.sources, self.broken = sources, broken
        self.shelf.keep({entry.state.signature for entry in self._entries.values()})

    def _source(self, source_id: str, entry: Entry) -> FileSource | None:
        """The source of an entry; the one that it has when it is still right."""
        present = self.sources.get(source_id)
        if isinstance(present, FileSource) and present.state is entry.state:
            return present
        if entry.content is None:
            return None
        if isinstance(entry.content, tuple):
            return VectorSource(source_id, entry.state, entry.content, self.shelf)
        return ArchiveSource(source_id, entry.state, entry.content)


def _files(folder: Path) -> dict[str, tuple[Stamp, ...]]:
    """Stamps by name of every file that is a source, or should be one."""
    present = _present(folder)
    data = {name for name in present if _suffix(name) in {*ARCHIVES, *VECTORS}}
    stems = {Path(name).stem for name in data if _suffix(name) != ".json"}
    found = {}
    for name in sorted(data):
        stem = Path(name).stem
        if _suffix(name) == ".json" and stem in stems:
            continue  # says something of the other
        belonging = [name, *(stem + end for end in COMPANIONS if stem + end != name)]
        stamps = [present[each] for each in belonging if each in present]
        wal = present.get(name + WAL)
        found[name] = (*stamps, wal) if wal and wal[1] else tuple(stamps)
    return found


def _present(folder: Path) -> dict[str, Stamp]:
    found: dict[str, Stamp] = {}
    try:
        items = list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    for item in items:
        with suppress(FileNotFoundError):  # it went while we looked
            if not item.name.startswith(".") and item.is_file():
                seen = item.stat()
                times = seen.st_mtime_ns, seen.st_ctime_ns
                found[item.name] = (item.name, seen.st_size, *times)
    return found


def _suffix(name: str) -> str:
    return Path(name).suffix.lower()


def _state(path: Path, stamps: tuple[Stamp, ...], sidecar: Sidecar) -> FileState:
    return FileState(
        path.name, xxhash.xxh3_64_hexdigest(repr(stamps).encode()), sidecar
    )


def _waiting(path: Path, stamps: tuple[Stamp, ...]) -> Entry:
    # No stamps of its own: it is looked at again.
    problem = f"{path.name}: it is being written; it is read when that has ended"
    return Entry(path, (), _state(path, stamps, Sidecar()), problem=problem)


def _archive(path: Path, sidecar: Sidecar) -> Archive:
    if sidecar.access.unit_column:
        raise BrokenFileError("unit_column works for vector files, not for archives")
    return open_archive(path)


def _vector(path: Path, sidecar: Sidecar, limits: Limits) -> tuple[LayerInfo, ...]:
    layers = tuple(inspect(path, limits))
    column = sidecar.access.unit_column
    for layer in layers if column else ():
        if type_name(layer.fields.get(column or "", "")) not in ("int8", "float8"):
            raise BrokenFileError(
                f"layer {layer.name} has no attribute {column} of whole numbers"
            )
    return layers
