"""Rule kinds. A new kind is one module here that registers itself."""

from importlib import import_module
from pathlib import Path

from .base import RuleKind, kinds

for _path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
    import_module(f"{__name__}.{_path.stem}")

__all__ = ["RuleKind", "kinds"]
