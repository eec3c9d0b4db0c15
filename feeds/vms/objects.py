"""JSON to reports: one object, an array, or one object a line. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from .config import Settings, zone
from .fields import field_of, report_of
from .record import BadReport, Report

MAX_FIELDS = 200


def split(body: bytes, items: str) -> Iterator[Any]:
    """The entries of a document; a line that is no JSON comes as BadReport."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as whole:
        lines = [line for line in body.splitlines() if line.strip()]
        if len(lines) < 2:
            yield BadReport("not_json", str(whole)[:200])
            return
        for line in lines:
            try:
                yield orjson.loads(line)
            except orjson.JSONDecodeError as error:
                yield BadReport("not_json", str(error)[:200])
        return
    yield from _listed(document, items)


def _listed(document: Any, items: str) -> Iterator[Any]:
    if items:
        document = dig(document, items)
        if document is None:
            yield BadReport("not_json", f"nothing at {items!r}")
            return
    yield from document if isinstance(document, list) else [document]


def dig(document: Any, path: str) -> Any:
    for name in path.split("."):
        if not isinstance(document, Mapping):
            return None
        document = document.get(name)
    return document


def read(entry: Any, settings: Settings, provider: str) -> Report:
    """One entry. Raises BadReport."""
    if isinstance(entry, BadReport):
        raise entry
    if not isinstance(entry, Mapping):
        raise BadReport("not_an_object", f"{entry!r:.60}")
    if len(entry) > MAX_FIELDS:
        raise BadReport("not_an_object", f"{len(entry)} fields")
    rules = settings.json_
    row: dict[str, Any] = {}
    for name, value in entry.items():
        field = "" if isinstance(value, dict | list) else field_of(name, {})
        if field and row.get(field) in (None, ""):
            row[field] = value
    for field, path in rules.names.items():
        row[field] = dig(entry, path)
    return report_of(
        row,
        provider=provider,
        zone=zone(settings.timezone),
        form=rules.coordinates,
        speed_unit=rules.speed_unit,
    )
