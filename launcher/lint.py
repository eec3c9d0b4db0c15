"""``./ioc lint``: each checker as one step with its time."""

import os
import subprocess
import time
import tomllib
from pathlib import Path
from typing import Any

from launcher import console, running, stamps, system
from launcher.layout import Layout

TEMPLATE_FOLDERS = ("gis_ioc", "layers", "feeds")
PYTHON_FOLDERS = ("gis_ioc", "layers", "feeds", "tiles", "vision", "launcher")
# mypy's Django plugin loads the settings; no server is needed for that.
ENVIRONMENT = {
    "DATABASE_URL": "postgis://lint:lint@127.0.0.1:1/lint",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "lint",
    "IOC_DEMO": "1",
}


def _settings(root: Path) -> dict[str, Any]:
    try:
        tools = tomllib.loads((root / "pyproject.toml").read_text()).get("tool", {})
    except OSError:
        return {}
    return dict(tools)


def commands(layout: Layout) -> list[tuple[str, list[str]]]:
    """Name and command of every checker that has something to check."""
    root, tools = layout.root, _settings(layout.root)
    bin_folder = layout.venv / "bin"
    here = [name for name in PYTHON_FOLDERS if (root / name).is_dir()]
    ruff = str(bin_folder / "ruff")
    found = [
        ("ruff check", [ruff, "check", "."]),
        ("ruff format", [ruff, "format", "--check", "."]),
    ]
    chosen = "files" in tools.get("mypy", {}) or "packages" in tools.get("mypy", {})
    mypy = [str(bin_folder / "mypy")]
    found.append(("mypy", mypy if chosen else [*mypy, *here]))
    if "importlinter" in tools or (root / ".importlinter").exists():
        found.append(("lint-imports", [str(bin_folder / "lint-imports")]))
    templates = [name for name in TEMPLATE_FOLDERS if _holds(root / name, ".html")]
    if templates:
        profile = [] if "profile" in tools.get("djlint", {}) else ["--profile=django"]
        djlint = [str(bin_folder / "djlint"), *templates, "--lint", "--quiet"]
        found.append(("djlint", [*djlint, *profile]))
    scripts = _script_folders(root)
    if scripts:
        biome = str(root / "node_modules" / ".bin" / "biome")
        found.append(("biome", [biome, "lint", *scripts]))
    return found


def _holds(folder: Path, *suffixes: str) -> bool:
    wanted = stamps.walk_all(folder, lambda path: path.suffix in suffixes)
    return next(wanted, None) is not None


def _script_folders(root: Path) -> list[str]:
    names = [*stamps.PROJECT_FOLDERS, "tests"]
    return [name for name in names if _holds(root / name, ".js", ".mjs")]


def lint(layout: Layout) -> int:
    """Run all checkers; the exit code is 1 when any of them complains."""
    console.say(f"GIS-IOC lint in {layout.root}")
    running.prepare_packages(layout, system.RUN_NEEDS, with_dev=True)
    env = {**os.environ, **ENVIRONMENT, "IOC_VAR_DIR": str(layout.var)}
    env["PATH"] = f"{layout.venv / 'bin'}:{env.get('PATH', os.defpath)}"
    failed = []
    for name, command in commands(layout):
        began = time.monotonic()
        answer = subprocess.run(
            command,
            cwd=layout.root,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        good = answer.returncode == 0
        if not good:
            failed.append(name)
            console.say(answer.stdout.decode("utf-8", "replace").rstrip())
        detail = "ok" if good else f"exit code {answer.returncode}"
        seconds = time.monotonic() - began
        console.say(console.step_line("✓" if good else "✗", name, detail, seconds))
    if failed:
        console.say("Lint found problems: " + ", ".join(failed))
    return 1 if failed else 0
