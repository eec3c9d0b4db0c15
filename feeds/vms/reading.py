"""A document of any format as reports and refusals, entry by entry. Pure.

Door, decoder and tests all read by :func:`entries`, so that what a provider is told
is what happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from . import naf, national, objects, tables
from .config import Settings
from .record import BadReport, NotData, Report, checked

FORMATS = ("json", "naf", "national", "table")
RAW_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """Entry ``number`` (from 1: row, line or message) of a document: a report, or
    why there is none. ``idle``: it is well-formed and holds no position."""

    number: int
    raw: str
    report: Report | None = None
    reason: str = ""
    detail: str = ""
    idle: bool = False


def format_of(body: bytes, settings: Settings) -> str:
    """What a document is, by its beginning."""
    head = body[:65_536].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:2] == b"PK":
        return "table"
    if b"//SR/" in head[:2_000]:
        return "naf"
    if head[:1] in (b"{", b"["):
        return "json"
    return (
        "table" if tables.is_table(body[:65_536], settings.table.names) else "national"
    )


def entries(
    body: bytes,
    *,
    settings: Settings,
    provider: str,
    received_at: float,
    form: str = "",
) -> Iterator[Entry]:
    """Every entry of ``body`` in order; nothing is left out, nothing raises."""
    form = form if form in FORMATS else format_of(body, settings)
    if form == "table":
        yield from _table(body, settings, provider, received_at)
        return
    for number, raw, read in _readers(form, body, settings, provider):
        yield _entry(number, raw, read, received_at)


Reader = Callable[[], Report]


def _readers(
    form: str, body: bytes, settings: Settings, provider: str
) -> Iterator[tuple[int, str, Reader]]:
    if form == "json":
        for number, found in enumerate(objects.split(body, settings.json_.items), 1):
            raw = "" if isinstance(found, BadReport) else orjson.dumps(found).decode()
            yield (
                number,
                raw,
                partial(objects.read, found, settings, provider),
            )
        return
    words = body.decode("utf-8", "replace")
    if form == "naf":
        for number, piece in enumerate(naf.split(words), 1):
            yield (
                number,
                piece.text,
                partial(_naf, piece, settings, provider),
            )  # type: ignore[misc]
        return
    for number, line in enumerate(words.splitlines(), 1):
        if line.strip():
            yield (
                number,
                line,
                partial(national.read, line, settings.national, provider),
            )


def _naf(piece: naf.Piece, settings: Settings, provider: str) -> Report:
    if not piece.whole:
        raise BadReport("unreadable", "no complete //SR//…//ER//")
    return naf.read(piece.text, settings.naf, provider)


def _table(
    body: bytes, settings: Settings, provider: str, received_at: float
) -> Iterator[Entry]:
    last = 0
    try:
        for row in tables.rows_of(body, settings.table.names):
            last = row.number
            raw = "; ".join(f"{k}={v}" for k, v in row.values.items() if v is not None)
            yield _entry(
                row.number,
                raw,
                partial(tables.read, row, settings, provider),
                received_at,
                row,
            )
    except BadReport as bad:
        yield Entry(last + 1, "", reason=bad.reason, detail=bad.detail)


def _entry(
    number: int, raw: str, read: Reader, received_at: float, row: Any = None
) -> Entry:
    try:
        return Entry(number, raw, checked(read(), received_at))
    except NotData as idle:
        return Entry(number, raw, reason=idle.reason, idle=True)
    except BadReport as bad:
        detail = bad.detail
        if row is not None and not detail.startswith(("sheet", "row")):
            detail = f"{row.place(bad.column)}: {detail}".rstrip(": ")
        elif row is None and bad.column:
            detail = f"{bad.column}: {detail}".rstrip(": ")
        return Entry(number, raw, reason=bad.reason, detail=detail)
