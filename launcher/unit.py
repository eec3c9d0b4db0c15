"""The life of one declared process: waiting, starting, ready, back-off, gone."""

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from launcher import procinfo, spawn, stamps
from launcher.processes import Process

BACKOFF_FIRST_S = 0.5
BACKOFF_MOST_S = 30.0
STEADY_AFTER_S = 60.0
PROBE_EVERY_S = 0.1
PROBE_SLOW_S = 1.0


def backoff_s(failures: int) -> float:
    """Seconds to wait before the next start after so many failures in a row."""
    return float(min(BACKOFF_MOST_S, BACKOFF_FIRST_S * 2 ** max(0, failures - 1)))


class Unit:
    """One process with its present state.

    States: ``waiting`` (for its needs), ``starting``, ``ready``, ``backoff``,
    ``done`` and ``failed`` (tasks), ``stopping``, ``stopped``.
    """

    def __init__(self, process: Process, log: Path, stamp_folder: Path) -> None:
        self.process = process
        self.log = log
        self.stamp_folder = stamp_folder
        self.state = "waiting"
        self.child: subprocess.Popen[bytes] | None = None
        self.ticks: int | None = None
        self.restarts = 0
        self.failures = 0
        self.last_exit: int | None = None
        self.started_at = 0.0
        self.began = time.monotonic()
        self.retry_at = 0.0
        self.stop_sent = 0.0
        self.probed_at = 0.0
        self.pending_stamp = ""
        self.skipped = False

    @property
    def name(self) -> str:
        """Name from the declaration."""
        return self.process.name

    @property
    def satisfied(self) -> bool:
        """Whether others that need it may start."""
        return self.state in ("ready", "done")

    @property
    def alive(self) -> bool:
        """Whether a child runs now."""
        return self.child is not None

    def try_start(self, root: Path, environment: dict[str, str]) -> None:
        """Start, or find that there is nothing to do."""
        if self.process.task and self._already_done():
            self.state, self.skipped = "done", True
            return
        self.process.before()
        self.began = time.monotonic()
        self.started_at = time.time()
        try:
            self.child = spawn.start(self.process, self.log, root, environment)
        except (OSError, subprocess.SubprocessError) as error:
            with self.log.open("a") as stream:
                stream.write(f"cannot start {self.process.command[0]}: {error}\n")
            self.exited(127)
            return
        self.ticks = procinfo.start_ticks(self.child.pid)
        probed = self.process.ready is not None or self.process.task
        self.state = "starting" if probed else "ready"

    def _already_done(self) -> bool:
        if self.process.stamp is None:
            return False
        self.pending_stamp = self.process.stamp()
        return stamps.is_current(self.stamp_folder, self.name, self.pending_stamp)

    def probe(self) -> None:
        """Ask whether it is ready, not too often."""
        now = time.monotonic()
        pause = PROBE_EVERY_S if now - self.began < 20 else PROBE_SLOW_S
        if self.state != "starting" or self.process.ready is None:
            return
        if now - self.probed_at >= pause and self.process.ready():
            self.state = "ready"
        self.probed_at = now if now - self.probed_at >= pause else self.probed_at

    def exited(self, code: int) -> None:
        """Take note of the child's end; ``code`` is negative for a signal."""
        if self.child is not None:
            self.child.returncode = code
        self.child = None
        self.last_exit = code
        if self.state == "stopping":
            self.state = "stopped"
        elif self.process.task:
            self._task_ended(code)
        else:
            steady = time.monotonic() - self.began > STEADY_AFTER_S
            self.failures = 1 if steady else self.failures + 1
            self.retry_at = time.monotonic() + backoff_s(self.failures)
            self.restarts += 1
            self.state = "backoff"

    def _task_ended(self, code: int) -> None:
        self.state = "done" if code == 0 else "failed"
        if code == 0 and self.pending_stamp and self.process.stamp:
            stamps.store(self.stamp_folder, self.name, self.pending_stamp)

    def stop(self) -> None:
        """Ask the child to end; ask harder when it takes too long."""
        if self.child is None:
            self.state = "stopped"
            return
        now = time.monotonic()
        if self.state != "stopping":
            self.state, self.stop_sent = "stopping", now
            procinfo.send(self.child.pid, self.process.stop_signal)
        elif now - self.stop_sent > self.process.stop_timeout_s:
            self.kill_group()

    def kill_group(self) -> None:
        """Kill the child and all that is in its session's group."""
        if self.child is not None:
            try:
                os.killpg(self.child.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                procinfo.send(self.child.pid, signal.SIGKILL)

    def facts(self) -> dict[str, Any]:
        """What ``status`` and the next start need to know."""
        return {
            "name": self.name,
            "task": self.process.task,
            "state": self.state,
            "pid": self.child.pid if self.child else None,
            "ticks": self.ticks if self.child else None,
            "started_at": self.started_at,
            "restarts": self.restarts,
            "last_exit": self.last_exit,
        }
