"""Kinds of panes. A new kind is one module here that registers itself, and a module
of the same name in ``static/ioc/js/wall/panes``."""

from importlib import import_module
from pathlib import Path

from .base import PaneKind, Part, Text, kinds

for _path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
    import_module(f"{__name__}.{_path.stem}")
kinds.freeze()

__all__ = ["PaneKind", "Part", "Text", "kinds"]
