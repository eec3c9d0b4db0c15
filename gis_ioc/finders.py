"""Serves chosen files of node_modules, without a bundler and without copies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

from .env import BASE

NODE_MODULES = BASE / "node_modules"

# Folder below /static/…/vendor/ -> files of the package that pages load.
VENDOR: dict[str, tuple[str, tuple[str, ...]]] = {
    "maplibre-gl": (
        "maplibre-gl/dist",
        (
            "maplibre-gl.mjs",
            "maplibre-gl-shared.mjs",
            "maplibre-gl-worker.mjs",
            "maplibre-gl.css",
        ),
    ),
    # what MapLibre evaluates styles with, for layers of our own drawing
    "maplibre-style-spec": (
        "@maplibre/maplibre-gl-style-spec/dist",
        (
            "expression/**/*.mjs",
            "function/*.mjs",
            "util/*.mjs",
            "node_modules/**/*.mjs",
        ),
    ),
    "terra-draw": ("terra-draw/dist", ("terra-draw.modern.js",)),
    "terra-draw-maplibre": (
        "terra-draw-maplibre-gl-adapter/dist",
        ("terra-draw-maplibre-gl-adapter.modern.js",),
    ),
    "htmx": ("htmx.org/dist", ("htmx.min.js",)),
    "echarts": ("echarts/dist", ("echarts.esm.min.mjs",)),
    "be-vietnam-pro": (
        "@fontsource/be-vietnam-pro",
        (
            "files/*-400-normal.woff2",
            "files/*-500-normal.woff2",
            "files/*-600-normal.woff2",
            "files/*-700-normal.woff2",
        ),
    ),
}


class NodeModulesFinder(BaseFinder):
    """``vendor/<folder>/<file>`` from the pinned npm packages."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=str(NODE_MODULES))
        self.storage.prefix = ""  # type: ignore[attr-defined]
        super().__init__()

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def _files(self) -> Iterator[tuple[str, Path]]:
        for folder, (package, patterns) in VENDOR.items():
            root = NODE_MODULES / package
            for pattern in patterns:
                for path in sorted(root.glob(pattern)):
                    yield f"vendor/{folder}/{path.relative_to(root)}", path

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        matches = [str(found) for name, found in self._files() if name == path]
        if find_all:
            return matches
        return matches[0] if matches else []

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Any]]:
        for name, path in self._files():
            yield name, _OneFile(path)


class _OneFile(FileSystemStorage):
    """A storage that holds one file under another name."""

    prefix = ""

    def __init__(self, path: Path) -> None:
        super().__init__(location=str(path.parent))
        self.target = path

    def path(self, name: str) -> str:
        return str(self.target)
