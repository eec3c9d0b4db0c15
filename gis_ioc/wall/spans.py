"""Spans of time: half-open, in epoch milliseconds; an open end is None. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

Ms = int
Span = tuple[Ms, Ms | None]


def inside(span: Span, at: Ms) -> bool:
    begins, ends = span
    return begins <= at and (ends is None or at < ends)


def merged(spans: Iterable[Span]) -> list[Span]:
    """In order, those that touch made one."""
    found: list[Span] = []
    for begins, ends in sorted(spans, key=lambda span: span[0]):
        if found and (found[-1][1] is None or begins <= found[-1][1]):
            held = found[-1][1]
            last = None if held is None or ends is None else max(held, ends)
            found[-1] = found[-1][0], last
        else:
            found.append((begins, ends))
    return found


def clipped(spans: Iterable[Span], since: Ms, until: Ms) -> Iterator[tuple[Ms, Ms]]:
    for begins, ends in spans:
        first, last = max(begins, since), until if ends is None else min(ends, until)
        if first < last:
            yield first, last
