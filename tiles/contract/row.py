"""Rows of the contract, and running them."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Literal

from .server import NotApplicable, Server

Check = Callable[[Server], None]
GROUPS = ("documents", "addresses", "tiles", "types", "sources", "web", "drawings")

ROWS: dict[int, Row] = {}


@dataclass(frozen=True)
class Row:
    number: int
    title: str
    check: Check


@dataclass(frozen=True)
class Outcome:
    """``text`` says why a row failed or does not apply; ``differences`` are those
    of our own that the row has passed by."""

    row: Row
    result: Literal["passed", "failed", "not applicable"]
    text: str = ""
    differences: list[str] = field(default_factory=list)


def row(number: int, title: str) -> Callable[[Check], Check]:
    """Registers a function as a row."""

    def register(check: Check) -> Check:
        if number in ROWS:
            raise ValueError(f"there are two rows {number}")
        ROWS[number] = Row(number, title, check)
        return check

    return register


def load() -> list[Row]:
    """Every row in order."""
    for group in GROUPS:
        import_module(f"{__package__}.{group}")
    return [ROWS[number] for number in sorted(ROWS)]


def run(server: Server) -> Iterator[Outcome]:
    for each in load():
        yield run_row(each, server)


def run_row(each: Row, server: Server) -> Outcome:
    server.differences.clear()
    try:
        each.check(server)
    except NotApplicable as reason:
        return Outcome(each, "not applicable", str(reason))
    except AssertionError as problem:
        return Outcome(each, "failed", str(problem), list(server.differences))
    except Exception as problem:
        # Whatever a foreign server sends, the other rows are asked.
        last = traceback.extract_tb(problem.__traceback__)[-1]
        text = f"{type(problem).__name__}: {problem} ({last.name}:{last.lineno})"
        return Outcome(each, "failed", text)
    return Outcome(each, "passed", "", list(server.differences))


__all__ = ["ROWS", "NotApplicable", "Outcome", "Row", "load", "row", "run", "run_row"]
