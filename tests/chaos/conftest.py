"""A whole instance of the system on its own data folder, for tests that kill it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

pytest.register_assert_rewrite("tests.chaos.verdict")

ROOT = Path(__file__).resolve().parent.parent.parent
READY_S = 120


@dataclass
class Instance:
    """``./ioc`` with its own ``var`` folder; ``more``: variables given to it."""

    var: Path
    more: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        """The caller's environment without the test servers' addresses."""
        ours = ("IOC_", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PYTEST", "DJANGO_")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
        return {**kept, **self.more, "IOC_VAR_DIR": str(self.var)}

    def ioc(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            [str(ROOT / "ioc"), *arguments],
            env=self.env,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"./ioc {arguments}: {done.stdout}\n{done.stderr}")
        return done.stdout

    def status(self) -> dict[str, Any]:
        return json.loads(self.ioc("status", "--json", check=False))

    def manage(self, *arguments: str, stdin: str | None = None) -> str:
        """Run ``manage.py`` with the instance's settings."""
        done = subprocess.run(
            [str(ROOT / ".venv/bin/python"), "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def pid_of(self, name: str) -> int:
        """The process called ``name``, once it runs (again)."""
        deadline = time.monotonic() + READY_S
        while True:
            rows = self.status()["processes"]
            if pid := next(row["pid"] for row in rows if row["name"] == name):
                return int(pid)
            assert time.monotonic() < deadline, f"{name} does not run"
            time.sleep(0.2)

    def kill(self, name: str) -> int:
        """``kill -9`` the process called ``name`` and whatever it started."""
        pid = self.pid_of(name)
        slay(pid)
        return pid

    def await_ready(self) -> None:
        deadline = time.monotonic() + READY_S
        while not self.status()["ready"]:
            assert time.monotonic() < deadline, self.ioc("status", check=False)
            time.sleep(0.5)


def slay(pid: int) -> None:
    """``kill -9`` a process and whatever it started."""
    for one in [*descendants(pid), pid]:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


def descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, IndexError):
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                children.setdefault(int(stat[1]), []).append(int(entry.name))
    found: list[int] = []
    pending = [pid]
    while pending:
        below = children.get(pending.pop(), [])
        found += below
        pending += below
    return found


@pytest.fixture(scope="module")
def instance(tmp_path_factory) -> Iterator[Instance]:  # type: ignore[no-untyped-def]
    """A running instance without demo data and simulators."""
    running = Instance(tmp_path_factory.mktemp("chaos") / "var")
    running.ioc("up", "--detach", "--no-demo", "--no-simulators")
    try:
        running.await_ready()
        yield running
    finally:
        running.ioc("down", check=False)
        running.ioc("reset", "--yes", check=False)
