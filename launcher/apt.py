"""Install Debian packages as root without starting or creating anything.

Run as ``python -m launcher.apt PACKAGE...``. While it works, a temporary
``policy-rc.d`` keeps services from being started or restarted and a temporary
``createcluster.d`` file keeps PostgreSQL's package from creating its ``main``
cluster; both are removed afterwards. What exists already is not touched.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

MARK = "# gis-ioc: temporary, removed after the installation"
POLICY = Path("/usr/sbin/policy-rc.d")
CLUSTER = Path("/etc/postgresql-common/createcluster.d/gis-ioc.conf")
LISTS = Path("/var/lib/apt/lists")
LISTS_MAX_AGE_S = 24 * 3600
OPTIONS = (
    "-y",
    "--no-install-recommends",
    "-o",
    "DPkg::Lock::Timeout=600",
    "-o",
    "Dpkg::Use-Pty=0",
    "-o",
    "Dpkg::Options::=--force-confdef",
    "-o",
    "Dpkg::Options::=--force-confold",
)


def _is_ours(path: Path) -> bool:
    try:
        return MARK in path.read_text(errors="replace")
    except OSError:
        return False


@contextmanager
def temporary_file(path: Path, text: str, mode: int = 0o644) -> Iterator[None]:
    """Have a file exist for a while, unless another one is there already."""
    made = [p for p in path.parents if not p.exists()]
    if path.exists() and not _is_ours(path):
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        for folder in made:
            try:
                folder.rmdir()
            except OSError:
                break


def lists_are_fresh() -> bool:
    """Whether the package lists are there and not older than a day."""
    newest = max(
        (p.stat().st_mtime for p in LISTS.glob("*_Packages*")),
        default=0.0,
    )
    return time.time() - newest < LISTS_MAX_AGE_S


def apt_get(*arguments: str) -> int:
    """Run apt-get without questions; returns its exit code."""
    environment = dict(
        os.environ,
        DEBIAN_FRONTEND="noninteractive",
        NEEDRESTART_SUSPEND="1",
        LC_ALL="C.UTF-8",
    )
    command = ["apt-get", *arguments]
    print("+", *command, flush=True)
    return subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, check=False
    ).returncode


def install(packages: list[str]) -> int:
    """Install packages; the lists are fetched first when they are old."""
    updated = not lists_are_fresh()
    if updated:
        apt_get("update", "-o", "DPkg::Lock::Timeout=600")
    code = apt_get("install", *OPTIONS, *packages)
    if code and not updated:
        apt_get("update", "-o", "DPkg::Lock::Timeout=600")
        code = apt_get("install", *OPTIONS, *packages)
    return code


def _stop(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main(packages: list[str]) -> int:
    """Install under the protection described above."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    with (
        temporary_file(POLICY, f"#!/bin/sh\n{MARK}\nexit 101\n", 0o755),
        temporary_file(CLUSTER, f"{MARK}\ncreate_main_cluster = false\n"),
    ):
        return install(packages)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
