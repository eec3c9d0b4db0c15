"""Stored observations of a layer, as the rules saw them when they came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from django.utils.module_loading import import_string

from .ingest import Observed
from .spec import Layer

Reader = Callable[[Sequence[str], float, float, list[int] | None], Iterator[Observed]]


def stored(
    layer: Layer,
    columns: Sequence[str],
    since: float,
    until: float,
    ids: list[int] | None = None,
) -> Iterator[Observed]:
    """What was observed from ``since`` up to before ``until`` (seconds since 1970 UTC),
    of some features or all, in batches that follow each other in time (within one:
    by feature and time). ``columns`` of ``values`` that are wanted; those that the
    layer does not store are absent. Raises LookupError for a layer that stores none.
    """
    if not layer.observations:
        raise LookupError(f"layer {layer.slug} stores no observations")
    return _reader(layer.observations)(columns, since, until, ids)


@cache
def _reader(path: str) -> Reader:
    found: Reader = import_string(path)
    return found
