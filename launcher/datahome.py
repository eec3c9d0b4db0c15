"""Where the data servers' files live, and whose they are.

Normally ``var/data``. Started as root, the servers run as an unprivileged user;
when that user cannot enter the clone (root's home, say) the data live in a
folder it can enter and ``var/data`` is a link to it.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from launcher.errors import LauncherError
from launcher.layout import Layout
from launcher.system import ServiceUser, as_user, service_user

ELSEWHERE = Path("/var/lib/gis-ioc")
SOCKET_PATH_LIMIT = 107
SOCKET_NAME = ".s.PGSQL.65535.lock"
OWNER_NOTE = "belongs-to"


def owner_of(path: Path) -> int | None:
    """The uid that owns a path, None when there is none."""
    try:
        return path.stat().st_uid
    except OSError:
        return None


def can_enter(path: Path, user: ServiceUser) -> bool:
    """Whether that user can really reach the folder (asked of the kernel)."""
    probe = subprocess.run(
        ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(path)],
        **as_user(user),
        cwd="/",
        capture_output=True,
        check=False,
    )
    return probe.returncode == 0


def current_user(layout: Layout) -> ServiceUser | None:
    """Who the servers of this instance run as; None means the caller."""
    owner = owner_of(layout.data / "postgres")
    if os.geteuid() != 0 and owner is not None and owner != os.getuid():
        raise LauncherError(
            f"The data in {layout.data} belong to user id {owner}; start ./ioc as "
            "that user or as root."
        )
    return service_user(owner)


def ensure(layout: Layout) -> ServiceUser | None:
    """Make the data folder, move it out of the clone if need be."""
    layout.make()
    user = current_user(layout)
    if layout.data.is_symlink():
        _check_link(layout)
    if not layout.data.exists():
        if layout.data.is_symlink():
            layout.data.unlink()
        if user is not None and not can_enter(layout.var, user):
            _make_elsewhere(layout)
        else:
            layout.data.mkdir(parents=True)
    if user is not None and not can_enter(layout.data.resolve(), user):
        raise LauncherError(
            f"User '{user.name}', who runs PostgreSQL, cannot enter {layout.data}. "
            "Was the folder moved? Move it back, or ./ioc reset."
        )
    for name in ("redis", "run"):
        make_owned(layout.data / name, user)
    return user


def make_owned(folder: Path, user: ServiceUser | None) -> None:
    """A folder only its owner can read."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if user is not None:
        os.chown(folder, user.uid, user.gid)


def _make_elsewhere(layout: Layout) -> None:
    target = ELSEWHERE / layout.clone_id
    target.mkdir(parents=True, exist_ok=True)
    for folder in (ELSEWHERE, target):
        folder.chmod(0o755)
    (target / OWNER_NOTE).write_text(str(layout.var))
    layout.data.symlink_to(target)


def _check_link(layout: Layout) -> None:
    """A copied clone must not share the first one's data; a moved one keeps them."""
    target = layout.data.readlink()
    note = target / OWNER_NOTE
    try:
        owner = Path(note.read_text())
    except OSError:
        return
    if owner == layout.var:
        return
    if (owner / "data").is_symlink():
        layout.data.unlink()
    else:
        note.write_text(str(layout.var))


def socket_folder(layout: Layout, user: ServiceUser | None) -> Path:
    """A folder for unix sockets whose path is short enough for the kernel."""
    folder = layout.data / "run"
    if len(os.fsencode(folder.resolve() / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
        return folder.resolve()
    link = layout.var / "sockets"
    if not link.exists():
        link.unlink(missing_ok=True)
        short = tempfile.mkdtemp(prefix="gis-ioc-", dir="/tmp")
        link.symlink_to(short)
    target = link.resolve()
    make_owned(target, user)
    if target.stat().st_uid != (user.uid if user else os.getuid()):
        raise LauncherError(f"{target} belongs to somebody else; remove {link}.")
    return target


def remove(layout: Layout) -> None:
    """Delete the data of an instance, wherever they live."""
    links = [layout.data, layout.var / "sockets"]
    for link in links:
        if not link.is_symlink():
            continue
        target = link.readlink()
        ours = link.name == "sockets" or _belongs(target, layout)
        if ours:
            shutil.rmtree(target, ignore_errors=True)
        link.unlink()
    if layout.data.exists():
        shutil.rmtree(layout.data)


def _belongs(target: Path, layout: Layout) -> bool:
    try:
        return Path((target / OWNER_NOTE).read_text()) == layout.var
    except OSError:
        return False
