"""Step by step output: what is done, how long it took, tables."""

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_lock = threading.Lock()


def say(text: str = "") -> None:
    """Print one line at once; a closed terminal does not stop the launcher."""
    with _lock, suppress(OSError, ValueError):
        print(text, flush=True)


def make_output_safe() -> None:
    """Let characters that the terminal cannot show be replaced, not raised."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def step_line(mark: str, name: str, detail: str, seconds: float) -> str:
    """One line of progress: mark, name, detail, seconds taken."""
    return f"  {mark} {name:<22} {detail:<46} {seconds:6.1f} s".rstrip()


class Step:
    """What a running step wants to add to its closing line."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.detail = ""


@contextmanager
def step(name: str, announce: str = "") -> Iterator[Step]:
    """Time a step and print its closing line; ``announce`` is printed before."""
    current = Step(name)
    began = time.monotonic()
    if announce:
        say(f"  … {name:<22} {announce}")
    try:
        yield current
    except BaseException:
        say(step_line("✗", name, "failed", time.monotonic() - began))
        raise
    say(step_line("✓", name, current.detail, time.monotonic() - began))


def table(rows: Sequence[Sequence[str]], indent: str = "  ") -> str:
    """Rows of text in columns; the first row is the heading."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        indent + "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True))
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def tail(path: Path, lines: int = 30) -> str:
    """Last lines of a text file, or an empty string when there is none."""
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(0, size - 400 * lines))
            text = stream.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def duration(seconds: float) -> str:
    """Seconds in a form people read: ``42s``, ``3m10s``, ``5h02m``, ``2d03h``."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02d}s"
    if whole < 86400:
        return f"{whole // 3600}h{whole % 3600 // 60:02d}m"
    return f"{whole // 86400}d{whole % 86400 // 3600:02d}h"


def mebibytes(size: int) -> str:
    """Bytes as ``123 MiB``."""
    return f"{size / 1048576:.0f} MiB"
