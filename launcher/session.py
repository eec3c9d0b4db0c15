"""What runs of an instance: its supervisor, its orphans, its lock."""

import fcntl
import json
import os
import signal
import time
from dataclasses import dataclass
from typing import Any

from launcher import console, postgres, procinfo
from launcher.layout import Layout

STOP_WAIT_S = 150.0


@dataclass(frozen=True)
class Session:
    """The supervisor's last word and whether it still lives."""

    facts: dict[str, Any]
    running: bool

    @property
    def processes(self) -> list[dict[str, Any]]:
        """Services and tasks with pid, state, restarts."""
        return list(self.facts.get("processes", []))

    @property
    def pid(self) -> int:
        """Process id of the supervisor."""
        return int(self.facts.get("pid") or 0)


def read(layout: Layout) -> Session:
    """Read the state file; a copy from elsewhere or another boot is not ours."""
    try:
        facts = json.loads(layout.state_file.read_text())
    except (OSError, ValueError):
        return Session({}, running=False)
    if facts.get("var") != str(layout.var) or facts.get("boot") != procinfo.boot_id():
        return Session({}, running=False)
    alive = procinfo.is_alive(facts["pid"], facts["ticks"]) and not facts["over"]
    return Session(facts, running=alive)


class Lock:
    """Held while an instance starts and runs, so that there is only one."""

    def __init__(self, layout: Layout) -> None:
        layout.make()
        self.handle = os.open(layout.lock_file, os.O_RDWR | os.O_CREAT, 0o600)

    def take(self, wait_s: float = 0.0) -> bool:
        """Try to take it for so long; False when somebody else has it."""
        deadline = time.monotonic() + wait_s
        while True:
            try:
                fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    return False
                time.sleep(0.1)

    def release(self) -> None:
        """Give it back; a forked supervisor keeps its own hold."""
        os.close(self.handle)


def orphans(layout: Layout, mark: str) -> list[int]:
    """Processes of this instance that outlived their supervisor."""
    session = read(layout)
    found = set(procinfo.with_environment(f"IOC_SUPERVISED={mark}")) if mark else set()
    for entry in session.processes:
        pid, ticks = entry.get("pid"), entry.get("ticks")
        if pid and procinfo.is_alive(pid, ticks):
            found.update(procinfo.tree(pid))
    ancestors = _ancestors()
    return sorted(pid for pid in found if pid not in ancestors)


def _ancestors() -> set[int]:
    """This process and those above it: never to be ended by us."""
    parents = {
        child: parent
        for parent, children in procinfo.children_of_all().items()
        for child in children
    }
    found, pid = {os.getpid()}, os.getpid()
    while pid in parents:
        pid = parents[pid]
        found.add(pid)
    return found


def end_orphans(layout: Layout, mark: str) -> str:
    """End what a killed supervisor left; returns a remark, empty if nothing."""
    servers = [layout.data / "postgres", layout.data / "redis"]
    left = [pid for pid in orphans(layout, mark) if not _works_in(pid, servers)]
    count = len(procinfo.end(left, grace_s=10))
    for folder in servers:
        if folder.exists():
            number = signal.SIGINT if folder.name == "postgres" else signal.SIGTERM
            members = procinfo.in_directory(folder)
            count += len(procinfo.end(members, grace_s=30, number=number))
    postgres.stop_leftovers(layout)
    return f"{count} ended" if count else ""


def _works_in(pid: int, folders: list[Any]) -> bool:
    where = procinfo.working_directory(pid)
    return any(where == str(folder.resolve()) for folder in folders)


def stop(layout: Layout) -> bool:
    """Ask a running supervisor to stop and wait for it; False if none runs."""
    session = read(layout)
    if not session.running:
        return False
    began = time.monotonic()
    procinfo.send(session.pid, signal.SIGTERM)
    shown: dict[str, str] = {}
    while True:
        now = read(layout)
        for entry in now.processes:
            ended = entry["state"] == "stopped" and not entry["task"]
            if ended and shown.get(entry["name"]) != "stopped":
                shown[entry["name"]] = "stopped"
                seconds = time.monotonic() - began
                console.say(console.step_line("■", entry["name"], "stopped", seconds))
        if not procinfo.is_alive(session.pid, session.facts["ticks"]):
            return True
        if time.monotonic() - began > STOP_WAIT_S:
            procinfo.send(session.pid, signal.SIGKILL)
        time.sleep(0.1)
