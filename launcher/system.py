"""What the project needs from Debian, what of it is missing, who may install."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher import console
from launcher.errors import LauncherError, NotAllowedError
from launcher.layout import Layout

POSTGRES_HOME = Path("/usr/lib/postgresql")
POSTGRES_OLDEST = 15
NODE_OLDEST = 18
SERVICE_USER = "postgres"


def postgres_bin(version: str | None = None) -> Path | None:
    """Programs of that PostgreSQL, or of the newest one that has PostGIS."""
    found = []
    for folder in POSTGRES_HOME.glob("*/bin"):
        number = folder.parent.name
        control = f"/usr/share/postgresql/{number}/extension/postgis.control"
        usable = (folder / "initdb").exists() and Path(control).exists()
        if usable and number.isdigit() and int(number) >= POSTGRES_OLDEST:
            found.append((int(number), folder))
    if version is not None:
        found = [pair for pair in found if str(pair[0]) == version]
    return max(found)[1] if found else None


def redis_program() -> str | None:
    """The Redis server; Debian's redis-tools carries it under another name."""
    return shutil.which("redis-server") or shutil.which("redis-check-rdb")


def chromium_program() -> str | None:
    """A browser for the end-to-end tests."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


def _has_library(name: str) -> bool:
    patterns = (f"lib/*/lib{name}.so*", f"lib/lib{name}.so*", f"lib64/lib{name}.so*")
    roots = (Path("/usr"), Path("/usr/local"))
    return any(next(r.glob(p), None) for r in roots for p in patterns)


def _has_node() -> bool:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return False
    answer = subprocess.run(
        [node, "--version"], capture_output=True, text=True, check=False
    )
    number = answer.stdout.strip().lstrip("v").split(".")[0]
    return number.isdigit() and int(number) >= NODE_OLDEST


def _has_venv() -> bool:
    return importlib.util.find_spec("ensurepip") is not None


def _has_file(pattern: str) -> bool:
    return next(Path("/").glob(pattern.lstrip("/")), None) is not None


@dataclass(frozen=True)
class Need:
    """One thing the system must have, and Debian's packages that bring it."""

    name: str
    present: Callable[[], bool]
    packages: tuple[str, ...]


# redis-tools, not redis-server: it holds the same program and brings no service
# of the system with it, so nothing else listens after our installation.
RUN_NEEDS = (
    Need(
        "PostgreSQL 15 with PostGIS 3.3",
        lambda: postgres_bin() is not None,
        ("postgresql-15", "postgresql-15-postgis-3", "postgresql-15-postgis-3-scripts"),
    ),
    Need("Redis", lambda: redis_program() is not None, ("redis-tools",)),
    Need("GDAL", lambda: _has_library("gdal"), ("libgdal32",)),
    Need("GEOS", lambda: _has_library("geos_c"), ("libgeos-c1v5",)),
    Need("PROJ", lambda: _has_library("proj"), ("libproj25", "proj-data")),
    Need(
        "Pango",  # WeasyPrint sets the PDF files with it
        lambda: _has_library("pangoft2-1.0") and _has_library("harfbuzz-subset"),
        ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
    ),
    Need("gettext", lambda: shutil.which("msgfmt") is not None, ("gettext",)),
    Need(
        "fonts", lambda: _has_file("/usr/share/fonts/*/*/*.ttf"), ("fonts-dejavu-core",)
    ),
    Need(
        "time zones",
        lambda: _has_file("/usr/share/zoneinfo/Asia/Ho_Chi_Minh"),
        ("tzdata",),
    ),
    Need(
        "certificates",
        lambda: _has_file("/etc/ssl/certs/ca-certificates.crt"),
        ("ca-certificates",),
    ),
    Need("Node.js and npm", _has_node, ("nodejs", "npm")),
    Need("Python venv", _has_venv, ("python3-venv",)),
)
TEST_NEEDS = (
    *RUN_NEEDS,
    Need("Chromium", lambda: chromium_program() is not None, ("chromium",)),
)


def missing(needs: Iterable[Need]) -> list[Need]:
    """The needs this system does not meet."""
    return [need for need in needs if not need.present()]


def _sudo() -> list[str] | None:
    """How to become root: nothing for root, sudo when allowed, else None."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    quiet = subprocess.run([sudo, "-n", "true"], capture_output=True, check=False)
    if quiet.returncode == 0:
        return [sudo, "-n"]
    if sys.stdin.isatty() and subprocess.run([sudo, "-v"], check=False).returncode == 0:
        return [sudo]
    return None


def install_command(packages: Iterable[str]) -> str:
    """The command for a person who may install."""
    names = " ".join(packages)
    install = f"apt-get install -y --no-install-recommends {names}"
    return f"sudo sh -c 'apt-get update && {install}'"


def ensure_packages(layout: Layout, needs: Iterable[Need]) -> str:
    """Install what is missing; returns a remark for the step's line.

    Raises NotAllowedError (exit code 2) with the exact command when this user
    may not install.
    """
    lacking = missing(needs)
    if not lacking:
        return "all present"
    packages = list(dict.fromkeys(p for need in lacking for p in need.packages))
    names = ", ".join(need.name for need in lacking)
    prefix = _sudo()
    if prefix is None or shutil.which("apt-get") is None:
        raise NotAllowedError(
            f"Missing: {names}.\nThis user may not install packages (not root, no "
            f"sudo). Run, or let an administrator run:\n\n"
            f"  {install_command(packages)}\n\nthen start ./ioc again."
        )
    console.say(f"  … {'Debian packages':<22} installing {names}")
    _run_installer(layout, [*prefix, sys.executable, "-m", "launcher.apt", *packages])
    importlib.invalidate_caches()
    still = missing(needs)
    if still:
        raise LauncherError(
            "Installed, but still missing: " + ", ".join(n.name for n in still)
        )
    return f"{len(packages)} installed"


def _run_installer(layout: Layout, command: list[str]) -> None:
    log = layout.log / "install.log"
    with log.open("ab") as stream:
        result = subprocess.run(
            command,
            stdout=stream,
            stderr=subprocess.STDOUT,
            cwd=layout.root,
            check=False,
        )
    if result.returncode:
        raise LauncherError(
            f"Installing Debian packages failed; the end of {log}:\n"
            + console.tail(log, 20)
        )


@dataclass(frozen=True)
class ServiceUser:
    """The unprivileged user that PostgreSQL and Redis run as under root."""

    name: str
    uid: int
    gid: int


def service_user(data_owner: int | None = None) -> ServiceUser | None:
    """Who runs the data servers; None means the caller, who is not root.

    ``data_owner`` is the uid that owns existing data: under root it is kept.
    """
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwuid(data_owner) if data_owner else pwd.getpwnam(SERVICE_USER)
    except KeyError:
        raise LauncherError(
            f"There is no user '{SERVICE_USER}' to run PostgreSQL as; Debian's "
            "package postgresql-common makes it."
        ) from None
    return ServiceUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def as_user(user: ServiceUser | None) -> dict[str, Any]:
    """Arguments that make subprocess run a program as that user."""
    if user is None:
        return {}
    return {"user": user.uid, "group": user.gid, "extra_groups": []}
