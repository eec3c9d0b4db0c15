"""What the folder layout promises, checked in the files themselves."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = sorted(path.parent.name for path in (ROOT / "layers").glob("*/layer.py"))
OURS = (
    "gis_ioc",
    "layers",
    "feeds",
    "tiles",
    "vision",
    "launcher",
    "tests",
    "fixtures",
)
MAX_LINES = 350
# Words that are also the name of a layer but mean something else in core.
PLAIN_ENGLISH = {"units"}
# Dependencies between layers that are part of the design (decision 0010).
MAY_IMPORT = {
    ("directives", "alerts"),
    # what is concluded from positions stands on the layer that holds them
    ("tracks", "vessels"),
    ("movements", "tracks"),
    ("movements", "vessels"),
    ("cases", "tracks"),
    ("cases", "vessels"),
    ("recalls", "tracks"),
    ("recalls", "vessels"),
}


def files(*suffixes: str, below: tuple[str, ...] = OURS) -> Iterator[Path]:
    for folder in below:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and "node_modules" not in path.parts:
                yield path


def is_test(path: Path) -> bool:
    return "tests" in path.relative_to(ROOT).parts or path.name == "conftest.py"


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """String constants of a module that are not docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    skipped = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        text = getattr(node, "value", None)
        if isinstance(node, ast.Constant) and isinstance(text, str):
            yield from [(node.lineno, text)] if id(node) not in skipped else []


def outside_layers() -> Iterator[Path]:
    for path in files(".py", below=("gis_ioc", "tiles", "layers/core", "feeds/core")):
        if not is_test(path) and "migrations" not in path.parts:
            yield path


def test_no_layer_is_named_outside_its_folder() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text!r}"
        for path in outside_layers()
        for line, text in strings(path)
        if text in set(LAYERS) - PLAIN_ENGLISH
    ]
    assert not found, "\n".join(found)


def test_no_script_of_the_shell_names_a_layer() -> None:
    names = "|".join(sorted(set(LAYERS) - PLAIN_ENGLISH))
    quoted = re.compile(rf"""["'`]({names})["'`]""")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files(".js", ".mjs", ".html", below=("gis_ioc",))
        if not is_test(path)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        # what a layer is for the shell (its role) and the page's own events are
        # named; a role may be called like the layer that plays it
        if quoted.search(line) and not re.search(r"\broles\b|\b(bus|life)\.", line)
    ]
    assert not found, "\n".join(found)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_only_core_and_itself(layer: str) -> None:
    allowed = {"core", layer} | {to for by, to in MAY_IMPORT if by == layer}
    found = []
    for path in (ROOT / "layers" / layer).rglob("*.py"):
        if is_test(path):
            continue
        for name in imports(path):
            top, _, rest = name.partition(".")
            sibling = rest.partition(".")[0]
            if top in ("gis_ioc", "feeds", "tiles", "vision"):
                found.append(f"{path.relative_to(ROOT)} imports {name}")
            if top == "layers" and sibling not in allowed:
                found.append(f"{path.relative_to(ROOT)} imports {name}")
    assert not found, "\n".join(found)


VIETNAMESE = re.compile(
    r"[\u0102\u0103\u0110\u0111\u01A0\u01A1\u01AF\u01B0\u1EA0-\u1EF9]"
)


def test_code_is_english_and_vietnamese_stays_in_translations_and_data() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in files(".py", ".js", ".mjs", ".sql", ".html", ".css")
        if not is_test(path)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        # the default name of the province is a setting that people see
        if VIETNAMESE.search(line) and "IOC_PROVINCE" not in line
    ]
    assert not found, "\n".join(found)


def test_modules_fit_in_one_head() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in files(".py", ".js", ".mjs")
        if "migrations" not in path.parts
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }
    assert not long, long


def test_lock_files_name_no_host() -> None:
    assert "resolved" not in (ROOT / "package-lock.json").read_text()
    lock = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"https?://|index-url|find-links", lock)


def test_packages_are_pinned_exactly() -> None:
    import json

    package = json.loads((ROOT / "package.json").read_text())
    for section in ("dependencies", "devDependencies"):
        for name, version in package[section].items():
            assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name} {version}"


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_folder_has_the_same_files(layer: str) -> None:
    folder = ROOT / "layers" / layer
    needed = [
        "README.md",
        "layer.py",
        "apps.py",
        "admin.py",
        f"static/{layer}/style.json",
        f"templates/{layer}/drawer.html",
        "locale/vi/LC_MESSAGES/django.po",
    ]
    missing = [name for name in needed if not (folder / name).exists()]
    missing += [] if list((folder / "tests").glob("test_*.py")) else ["tests/test_*.py"]
    # many models are a package
    missing += [] if list(folder.glob("models*")) else ["models.py"]
    assert not missing, missing


def test_translations_are_complete() -> None:
    """Every message of a Vietnamese catalogue has its translation."""
    found = []
    for path in ROOT.glob("**/locale/vi/LC_MESSAGES/*.po"):
        if any(part in ("node_modules", ".venv", "var") for part in path.parts):
            continue
        text = path.read_text(encoding="utf-8")
        entries = re.split(r"\n\s*\n", text)[1:]
        for entry in entries:
            empty = re.search(r'^msgstr(\[0\])? ""\s*(?!\n")$', entry, re.M)
            if entry.lstrip().startswith(("#~",)) or "msgid" not in entry:
                continue
            if empty and not re.search(r'^msgstr(\[0\])? ""\n"', entry, re.M):
                found.append(f"{path.relative_to(ROOT)}: {entry[:100]}")
            if "#, fuzzy" in entry:
                found.append(f"{path.relative_to(ROOT)}: fuzzy {entry[:100]}")
    assert not found, "\n".join(found)
