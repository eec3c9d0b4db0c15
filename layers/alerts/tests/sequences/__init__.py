"""The table of hand-worked sequences: for every kind of rule, what comes in and exactly
which transitions must come out. One module for each kind."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from .language import Case

CASES: list[Case] = [
    case
    for path in sorted(Path(__file__).parent.glob("of_*.py"))
    for case in import_module(f"{__name__}.{path.stem}").CASES
]
