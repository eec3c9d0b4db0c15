"""Fingerprints: work whose inputs did not change is not done again."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

SKIPPED_FOLDERS = frozenset(
    {".git", ".venv", "__pycache__", "build", "node_modules", "tests", "var"}
)
PROJECT_FOLDERS = ("gis_ioc", "layers", "feeds", "tiles", "vision", "fixtures")


def walk(folder: Path, wanted: Callable[[Path], bool]) -> Iterator[Path]:
    """Wanted files below a folder in a fixed order, tests left out."""
    return walk_all(folder, wanted, skipped=SKIPPED_FOLDERS)


def walk_all(
    folder: Path,
    wanted: Callable[[Path], bool],
    skipped: frozenset[str] = SKIPPED_FOLDERS - {"tests"},
) -> Iterator[Path]:
    """Wanted files below a folder in a fixed order."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - skipped)
        for name in sorted(names):
            path = Path(where) / name
            if wanted(path):
                yield path


def project_files(root: Path, wanted: Callable[[Path], bool]) -> list[Path]:
    """Wanted files of the project's own packages."""
    found: list[Path] = []
    for name in PROJECT_FOLDERS:
        found.extend(walk(root / name, wanted))
    return found


def of_contents(paths: Iterable[Path], *extra: str) -> str:
    """Hash of names and contents; missing files count as missing."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"\0{path}\0".encode())
        try:
            digest.update(path.read_bytes())
        except OSError:
            digest.update(b"(missing)")
    for text in extra:
        digest.update(f"\0{text}".encode())
    return digest.hexdigest()


def of_times(paths: Iterable[Path], *extra: str) -> str:
    """Hash of names, sizes and times: cheap, for many or large files."""
    digest = hashlib.sha256()
    for path in paths:
        try:
            facts = path.stat()
        except OSError:
            continue
        digest.update(f"\0{path}\0{facts.st_size}\0{facts.st_mtime_ns}".encode())
    for text in extra:
        digest.update(f"\0{text}".encode())
    return digest.hexdigest()


def is_current(folder: Path, name: str, fingerprint: str) -> bool:
    """Whether that work was done for these very inputs."""
    try:
        return (folder / name).read_text() == fingerprint
    except OSError:
        return False


def store(folder: Path, name: str, fingerprint: str) -> None:
    """Remember that the work is done."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(fingerprint)
