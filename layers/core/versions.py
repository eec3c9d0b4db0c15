"""Sequence numbers of layers: who changed last, and has my copy grown old."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.db import connection, transaction

from . import changes
from .spec import Layer, by_role, registry

R = TypeVar("R")


def begin_change(slug: str, *, removed: bool = False) -> int:
    """Take the layer's writer lock until commit and return its new number.

    Must run inside a transaction, before any row of the layer is locked. After the
    commit every process is told.
    ``removed``: rows went away, copies in memory must be read anew.
    """
    if slug not in registry:
        raise LookupError(f"no layer {slug!r}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT ioc_change(%s, %s)", [slug, removed])
        (seq,) = cursor.fetchone()
    transaction.on_commit(lambda: changes.publish(slug, seq), robust=True)
    return int(seq)


def hold(slug: str) -> None:
    """Take the layer's writer lock until commit without a change: nothing is
    observed meanwhile. Must run inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ioc_change_lock(%s)", [slug])


def current(slug: str) -> tuple[int, int]:
    """(seq, epoch) of a layer; (0, 0) when nothing was ever written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, epoch FROM core_layerversion WHERE slug = %s", [slug]
        )
        row = cursor.fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


# What the functions below remember, so that tests can make them forget.
_kept: list[dict[str, object]] = []


def forget_all() -> None:
    """Forget every result kept by version (tests roll transactions back)."""
    for state in _kept:
        state.clear()


def cached_by_version(
    role: str, recheck_s: float = 2.0
) -> Callable[[Callable[[], R]], Callable[[], R]]:
    """Keep a function's result until the layer with ``role`` changes.

    The number is asked for at most every ``recheck_s`` seconds.
    """

    def decorate(load: Callable[[], R]) -> Callable[[], R]:
        state: dict[str, object] = {}

        @wraps(load)
        def cached() -> R:
            now = time.monotonic()
            if "value" not in state or now - float(state["asked"]) > recheck_s:  # type: ignore[arg-type]
                layer: Layer = by_role(role)
                version = current(layer.slug)
                if state.get("version") != version or "value" not in state:
                    state["value"] = load()
                    state["version"] = version
                state["asked"] = now
            return state["value"]  # type: ignore[return-value]

        cached.forget = state.clear  # type: ignore[attr-defined]
        _kept.append(state)
        return cached

    return decorate
