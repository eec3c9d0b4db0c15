"""Fingerprints of the one-time steps, and messages compiled without Django."""

import hashlib
import json
import subprocess
from pathlib import Path

from launcher import console, postgres, stamps
from launcher.config import Context
from launcher.errors import LauncherError
from launcher.layout import Layout


def hashed(text: str) -> str:
    """Hash of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _database_identity(context: Context) -> str:
    if context.own_database:
        return postgres.cluster_id(context.layout)
    return hashed(context.env["DATABASE_URL"])


def _lock(context: Context) -> Path:
    return context.layout.root / "requirements.lock"


def migrations_stamp(context: Context) -> str:
    """Changes when a migration, its SQL, a package or the cluster changes."""

    def wanted(path: Path) -> bool:
        return path.suffix == ".sql" or (
            path.suffix == ".py" and "migrations" in path.parts
        )

    files = stamps.project_files(context.layout.root, wanted)
    return stamps.of_contents([_lock(context), *files], _database_identity(context))


def code_stamp(context: Context) -> str:
    """Changes with any code of the project: layers declare permissions in it."""
    files = stamps.project_files(
        context.layout.root, lambda path: path.suffix in (".py", ".sql", ".toml")
    )
    return stamps.of_contents([_lock(context), *files], _database_identity(context))


def demo_stamp(context: Context) -> str:
    """Changes with the cluster and with the demo users' file."""
    return stamps.of_contents([context.demo_users_file], _database_identity(context))


def static_stamp(context: Context) -> str:
    """Changes with any static file, its settings or the npm packages."""
    root = context.layout.root
    files = stamps.project_files(
        root, lambda p: "static" in p.parts and "__pycache__" not in p.parts
    )
    shell = list((root / "gis_ioc").glob("*.py"))
    others = ("CHANGELOG.md", "package-lock.json")
    inputs = [_lock(context), *(root / name for name in others), *sorted(shell)]
    contents = stamps.of_contents(inputs)
    return stamps.of_times(files, contents)


def compile_messages(layout: Layout) -> str:
    """Compile the .po files that changed; returns a remark.

    Does what ``manage.py compilemessages`` does, without starting Django and
    without looking into packages.
    """
    changed = 0
    sources = stamps.project_files(layout.root, lambda path: path.suffix == ".po")
    known_file = layout.stamps / "messages.json"
    try:
        known = json.loads(known_file.read_text())
    except (OSError, ValueError):
        known = {}
    marks = {}
    for source in sources:
        target = source.with_suffix(".mo")
        mark = stamps.of_contents([source])
        marks[str(source)] = mark
        if target.exists() and known.get(str(source)) == mark:
            continue
        _compile(source, target)
        changed += 1
    if marks != known:
        known_file.write_text(json.dumps(marks))
    return f"{changed} of {len(sources)} compiled" if changed else "unchanged"


def _compile(source: Path, target: Path) -> None:
    answer = subprocess.run(
        ["msgfmt", "--check-format", "-o", str(target), str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise LauncherError(f"{source} cannot be compiled:\n{answer.stderr}")
    if answer.stderr.strip():
        console.say(answer.stderr.strip())
