"""Benchmarks: what the budgets of the design promise, measured on this machine.

A module here has ``run() -> list[Row]``; ``python -m tests.bench [module …]``
finds them all and prints one table.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``passed`` is None where the design names no limit."""

    name: str
    value: float
    unit: str
    budget: str = ""
    passed: bool | None = None
    note: str = ""
