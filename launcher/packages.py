"""The Python and JavaScript packages: .venv and node_modules."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from launcher import console, stamps
from launcher.errors import LauncherError
from launcher.layout import Layout

CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}
BOOTSTRAP_LOCK = Path(__file__).with_name("bootstrap.lock")


def _run(layout: Layout, log_name: str, command: list[str], **extra: str) -> bool:
    log = layout.log / log_name
    with log.open("ab") as stream:
        stream.write(("+ " + " ".join(command) + "\n").encode())
        stream.flush()
        result = subprocess.run(
            command,
            cwd=layout.root,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**os.environ, **extra},
            check=False,
        )
    return result.returncode == 0


def _required(layout: Layout, log_name: str, command: list[str], **extra: str) -> None:
    if not _run(layout, log_name, command, **extra):
        log = layout.log / log_name
        raise LauncherError(
            f"'{' '.join(command[:4])} …' failed; the end of {log}:\n"
            + console.tail(log, 25)
        )


def ensure_python(layout: Layout) -> str:
    """Make .venv hold exactly what requirements.lock says; returns a remark."""
    lock = layout.root / "requirements.lock"
    fingerprint = stamps.of_contents([lock], _interpreter(layout))
    if layout.python.exists() and stamps.is_current(
        layout.venv, ".ioc-stamp", fingerprint
    ):
        return "unchanged"
    if not lock.exists():
        raise LauncherError(f"{lock.name} is missing from the clone.")
    console.say(f"  … {'Python packages':<22} installing from requirements.lock")
    _make_venv(layout)
    how = _install_with_uv(layout, lock)
    if how is None:
        _install_with_pip(layout, lock)
        how = "pip"
    fingerprint = stamps.of_contents([lock], _interpreter(layout))
    stamps.store(layout.venv, ".ioc-stamp", fingerprint)
    return f"installed with {how}"


def _interpreter(layout: Layout) -> str:
    """Which Python .venv was made from; a changed one makes the stamp stale."""
    try:
        text = (layout.venv / "pyvenv.cfg").read_text()
    except OSError:
        return ""
    wanted = ("version", "version_info", "home")
    lines = [x for x in text.splitlines() if x.split("=")[0].strip() in wanted]
    return "\n".join(sorted(lines))


def _works(layout: Layout) -> bool:
    try:
        probe = subprocess.run(
            [layout.python, "-c", "pass"], capture_output=True, check=False
        )
    except OSError:
        return False
    return probe.returncode == 0


def _make_venv(layout: Layout) -> None:
    if _works(layout):
        return
    command = [sys.executable, "-m", "venv", "--without-pip", "--clear"]
    _required(layout, "python-packages.log", [*command, str(layout.venv)])


def _uv(layout: Layout) -> str | None:
    """A uv program: the one on PATH, or one of our own under var/."""
    tools = layout.base_var / "tools"
    own = tools / "bin" / "uv"
    known = stamps.of_contents([BOOTSTRAP_LOCK])
    if own.exists() and stamps.is_current(tools, ".ioc-stamp", known):
        return str(own)
    log = "python-packages.log"
    python = str(tools / "bin" / "python")
    install = [python, "-m", "pip", "install", "--disable-pip-version-check"]
    install += ["--no-deps", "--only-binary", ":all:", "--require-hashes", "-r"]
    made = _run(
        layout, log, [sys.executable, "-m", "venv", "--clear", str(tools)]
    ) and _run(layout, log, [*install, str(BOOTSTRAP_LOCK)])
    if not made:
        return shutil.which("uv")
    stamps.store(tools, ".ioc-stamp", known)
    return str(own)


def _install_with_uv(layout: Layout, lock: Path) -> str | None:
    uv = _uv(layout)
    if uv is None:
        return None
    command = [uv, "pip", "install", "--python", str(layout.python)]
    command += ["--require-hashes", "--compile-bytecode", "-r", str(lock)]
    extra = uv_environment(layout)
    return "uv" if _run(layout, "python-packages.log", command, **extra) else None


def uv_environment(layout: Layout) -> dict[str, str]:
    """What uv needs to know; what the caller set for uv wins."""
    tool = layout.base_var / "tools" / "bin" / "python"
    python = str(tool) if tool.exists() else sys.executable
    answer = subprocess.run(
        [python, "-m", "pip", "config", "list"],
        capture_output=True,
        text=True,
        check=False,
    )
    extra = {"UV_LINK_MODE": "copy", "UV_PYTHON_DOWNLOADS": "never"}
    extra["UV_HTTP_TIMEOUT"] = "180"
    if Path(CERTIFICATES).exists():
        extra["SSL_CERT_FILE"] = CERTIFICATES
    extra.update(pip_settings_for_uv(answer.stdout))
    return {k: v for k, v in extra.items() if v and k not in os.environ}


def pip_settings_for_uv(listing: str) -> dict[str, str]:
    """pip's settings in uv's words, so that a site's mirror serves both.

    ``listing`` is what ``pip config list`` prints: one ``key='value'`` per line.
    """
    found = {}
    for line in listing.splitlines():
        key, _, value = line.partition("=")
        target = PIP_TO_UV.get(key.rsplit(".", 1)[-1])
        if target:
            words = value.strip().strip("'\"").replace("\\n", " ").split()
            found[target] = " ".join(word for word in words if _is_there(word))
    return found


def _is_there(place: str) -> bool:
    """pip ignores a folder that does not exist; uv takes offence."""
    return "://" in place or Path(place).exists()


def _install_with_pip(layout: Layout, lock: Path) -> None:
    log = "python-packages.log"
    python = str(layout.python)
    _required(layout, log, [python, "-m", "ensurepip", "--upgrade"])
    command = [python, "-m", "pip", "install", "--require-hashes", "-r", str(lock)]
    _required(layout, log, command)


def _read_packages(path: Path) -> dict[str, dict[str, Any]]:
    try:
        return dict(json.loads(path.read_text()).get("packages", {}))
    except (OSError, ValueError):
        return {}


def node_is_current(root: Path, with_dev: bool) -> bool:
    """Whether node_modules holds what package-lock.json asks for."""
    wanted = _read_packages(root / "package-lock.json")
    present = _read_packages(root / "node_modules" / ".package-lock.json")
    if not wanted:
        return False
    for name, entry in wanted.items():
        skipped = not name or entry.get("optional") or entry.get("link")
        if skipped or (entry.get("dev") and not with_dev):
            continue
        if present.get(name, {}).get("version") != entry.get("version"):
            return False
        if not (root / name / "package.json").exists():
            return False
    return True


def ensure_node(layout: Layout, with_dev: bool) -> str:
    """Make node_modules hold what package-lock.json says; returns a remark."""
    if not (layout.root / "package-lock.json").exists():
        return "no package-lock.json"
    if node_is_current(layout.root, with_dev):
        return "unchanged"
    console.say(f"  … {'JavaScript packages':<22} installing with npm ci")
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    extra = {"npm_config_update_notifier": "false"}
    if "NODE_EXTRA_CA_CERTS" not in os.environ and Path(CERTIFICATES).exists():
        extra["NODE_EXTRA_CA_CERTS"] = CERTIFICATES
    if not with_dev:
        command.append("--omit=dev")
    _required(layout, "node-packages.log", command, **extra)
    return "installed"
