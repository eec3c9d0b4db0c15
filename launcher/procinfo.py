"""What Linux's /proc says about processes: alive, memory, family."""

import os
import signal
import time
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PROC = Path("/proc")


@cache
def boot_id() -> str:
    """Identity of this boot; start ticks mean nothing across boots."""
    try:
        return (PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _stat(pid: int) -> list[str] | None:
    """Fields of /proc/PID/stat from the state on, or None when it is gone."""
    try:
        text = (PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    return text[text.rindex(")") + 2 :].split()


def start_ticks(pid: int) -> int | None:
    """Clock ticks after boot at which the process began; None when gone."""
    fields = _stat(pid)
    return int(fields[19]) if fields else None


def is_alive(pid: int, ticks: int | None = None) -> bool:
    """Whether that process (the same one, if ``ticks`` is given) still runs."""
    fields = _stat(pid) if pid > 0 else None
    if not fields or fields[0] in "ZX":
        return False
    return ticks is None or int(fields[19]) == ticks


def pids() -> list[int]:
    """All process ids seen now."""
    return [int(path.name) for path in PROC.iterdir() if path.name.isdigit()]


def children_of_all() -> dict[int, list[int]]:
    """Parent id to ids of its living or zombie children."""
    family: dict[int, list[int]] = defaultdict(list)
    for pid in pids():
        fields = _stat(pid)
        if fields:
            family[int(fields[1])].append(pid)
    return family


def tree(pid: int, family: dict[int, list[int]] | None = None) -> list[int]:
    """The process and all its descendants."""
    family = children_of_all() if family is None else family
    found = [pid]
    for member in found:
        found.extend(family.get(member, ()))
    return found


def memory_bytes(members: Iterable[int]) -> int:
    """Resident memory of a family, its shared pages counted once."""
    private = shared = 0
    for pid in members:
        try:
            text = (PROC / str(pid) / "status").read_text()
        except OSError:
            continue
        values = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
        private += _kibibytes(values.get("RssAnon"))
        mapped = _kibibytes(values.get("RssFile")) + _kibibytes(values.get("RssShmem"))
        shared = max(shared, mapped)
    return (private + shared) * 1024


def _kibibytes(text: str | None) -> int:
    return int(text.split()[0]) if text else 0


def working_directory(pid: int) -> str:
    """Current directory of a process; empty when it may not be read."""
    try:
        return str((PROC / str(pid) / "cwd").readlink())
    except OSError:
        return ""


def with_environment(entry: str) -> list[int]:
    """Processes whose initial environment holds ``NAME=value``."""
    wanted = entry.encode()
    found = []
    for pid in pids():
        try:
            block = (PROC / str(pid) / "environ").read_bytes()
        except OSError:
            continue
        if wanted in block.split(b"\0") and pid != os.getpid():
            found.append(pid)
    return found


def in_directory(path: Path) -> list[int]:
    """Processes whose current directory is ``path``."""
    wanted = os.path.realpath(path)
    return [pid for pid in pids() if working_directory(pid) == wanted]


def send(pid: int, number: int) -> bool:
    """Signal a process; False when it is gone or not ours."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def end(members: Iterable[int], grace_s: float = 5.0, number: int = 15) -> list[int]:
    """Ask the processes to end, then kill those left; returns the ones seen alive."""
    known = [(pid, start_ticks(pid)) for pid in members]
    alive = [(pid, ticks) for pid, ticks in known if is_alive(pid, ticks)]
    for pid, _ in alive:
        send(pid, number)
    deadline = time.monotonic() + grace_s
    while time.monotonic() < deadline:
        if not any(is_alive(pid, ticks) for pid, ticks in alive):
            break
        time.sleep(0.05)
    for pid, ticks in alive:
        if is_alive(pid, ticks):
            send(pid, signal.SIGKILL)
    return [pid for pid, _ in alive]
