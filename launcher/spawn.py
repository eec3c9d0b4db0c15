"""Start one child: own session, log file, unprivileged user, dies with us."""

import ctypes
import os
import signal
import subprocess
from pathlib import Path

from launcher.processes import Process
from launcher.system import as_user

_libc = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LOG_LIMIT_BYTES = 10 * 1024 * 1024
LOGS_KEPT = 3


def die_with_parent(number: int) -> None:
    """Have the kernel send this process a signal when its parent dies."""
    _libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of grandchildren whose parent died."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def start(
    process: Process, log: Path, root: Path, environment: dict[str, str]
) -> subprocess.Popen[bytes]:
    """Start a process of ours; raises OSError when it cannot be started.

    The kernel forgets the wish to die with the parent when the user changes, so
    it is expressed last, just before the program is executed.
    """
    parent = os.getpid()

    def prepare() -> None:
        die_with_parent(process.stop_signal)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        if process.nice:
            os.nice(process.nice)

    with log.open("ab") as stream:
        child: subprocess.Popen[bytes] = subprocess.Popen(
            process.command,
            executable=process.executable,
            stdin=subprocess.PIPE if process.input else subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            cwd="/" if process.user else root,
            env={**environment, **process.environment},
            start_new_session=True,
            preexec_fn=prepare,
            **as_user(process.user),
        )
    if process.input and child.stdin:
        # Small enough for the pipe's buffer: it never blocks.
        try:
            child.stdin.write(process.input)
            child.stdin.close()
        except BrokenPipeError:
            pass
    return child


def rotate(log: Path) -> None:
    """Keep a log small: copy it aside and empty it in place.

    The child keeps its open file; it writes in append mode, so it goes on at
    the new end.
    """
    try:
        if log.stat().st_size < LOG_LIMIT_BYTES:
            return
        for number in range(LOGS_KEPT - 1, 0, -1):
            older = log.with_name(f"{log.name}.{number}")
            if older.exists():
                older.replace(log.with_name(f"{log.name}.{number + 1}"))
        log.with_name(f"{log.name}.1").write_bytes(log.read_bytes())
        os.truncate(log, 0)
    except OSError:
        return
