"""Rows of a CSV, JSON or JSON-lines document, and the figures in each. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from layers.indicators.entries import Raw

from .config import NEEDED, Mapping

MAX_BYTES = 20_000_000
MAX_ROWS = 200_000


class Unreadable(Exception):
    """A document that gives no rows; ``reason`` is a word of the counts."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` counts from 1: the line of a CSV file or of JSON lines, the entry
    of a JSON array."""

    number: int
    values: dict[str, Any]


def rows(body: bytes, mapping: Mapping) -> Iterator[Row]:
    """The rows of a document, whichever form it has. Raises Unreadable."""
    if len(body) > MAX_BYTES:
        raise Unreadable("too_large", f"{len(body)} bytes, at most {MAX_BYTES}")
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if not start:
        raise Unreadable("empty")
    found = _json(body, mapping) if start in b"[{" else _csv(body, mapping)
    for count, row in enumerate(found, 1):
        if count > MAX_ROWS:
            raise Unreadable("too_many_rows", f"more than {MAX_ROWS}")
        yield row


def _json(body: bytes, mapping: Mapping) -> Iterator[Row]:
    try:
        document = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        yield from _json_lines(body, error)
        return
    for name in filter(None, mapping.records.split(".")):
        document = document.get(name) if isinstance(document, dict) else None
    if isinstance(document, dict):
        document = [document]
    if not isinstance(document, list):
        where = mapping.records or "the top"
        raise Unreadable("no_records", f"no array at {where}")
    for number, entry in enumerate(document, 1):
        if not isinstance(entry, dict):
            raise Unreadable("no_records", f"entry {number} is no object")
        yield Row(number, entry)


def _json_lines(body: bytes, error: orjson.JSONDecodeError) -> Iterator[Row]:
    lines = body.splitlines()
    if len(lines) < 2:
        raise Unreadable("bad_json", str(error)[:200])
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = orjson.loads(line)
        except orjson.JSONDecodeError as wrong:
            raise Unreadable("bad_json", f"line {number}: {wrong}"[:200]) from None
        if not isinstance(entry, dict):
            raise Unreadable("no_records", f"line {number} is no object")
        yield Row(number, entry)


def _csv(body: bytes, mapping: Mapping) -> Iterator[Row]:
    try:
        text = body.decode(mapping.encoding)
    except UnicodeDecodeError as error:
        detail = f"byte {error.start} is not {mapping.encoding}"
        raise Unreadable("bad_encoding", detail) from None
    head = text.split("\n", 1)[0]
    mark = mapping.delimiter or max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        names = [name.strip() for name in next(reader)]
        _heads(names, mapping)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) > len(names):
                    detail = f"line {reader.line_num}: {len(cells)} cells"
                    raise Unreadable("too_many_cells", f"{detail}, {len(names)} heads")
                yield Row(reader.line_num, dict(zip(names, cells, strict=False)))
    except csv.Error as error:
        raise Unreadable("bad_csv", f"line {reader.line_num}: {error}") from None


def _heads(names: list[str], mapping: Mapping) -> None:
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise Unreadable("heads_twice", ", ".join(twice)[:200])
    wanted = {*mapping.wide.values(), *mapping.columns.values()}
    wanted |= {part for part in NEEDED if _from(part, mapping) == part}
    wanted -= set(mapping.constants)
    if absent := sorted(wanted - set(names)):
        detail = f"no column {', '.join(absent)}; there are {', '.join(names)}"
        raise Unreadable("no_column", detail[:300])


def _from(part: str, mapping: Mapping) -> str:
    return mapping.columns.get(part, part)


def figures(row: Row, mapping: Mapping) -> Iterator[tuple[str, Raw]]:
    """The figures of a row, each with the column that its value stood in."""
    names = ("unit", "kind", "facet", "indicator", "published_at", "note")
    common = {part: _part(row, part, mapping) for part in names}
    common["period"] = _period(row, mapping)
    common["vintage"] = _vintage(row, mapping)
    if not mapping.wide:
        column = _from("value", mapping)
        given = mapping.constants.get("value") or _at(row.values, column)
        yield column, Raw(value=_number(given, mapping), **common)
        return
    for target, column in mapping.wide.items():
        given = _at(row.values, column)
        if _text(given):
            code, _colon, part = target.partition(":")
            named = common | {"indicator": code, "facet": part or common["facet"]}
            yield column, Raw(value=_number(given, mapping), **named)


def _part(row: Row, part: str, mapping: Mapping) -> str:
    return mapping.constants.get(part) or _text(_at(row.values, _from(part, mapping)))


def _at(values: dict[str, Any], name: str) -> Any:
    """The member with this name, or at this dotted path."""
    if name in values:
        return values[name]
    found: Any = values
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool | dict | list):
        return ""
    return " ".join(str(value).split())


def _number(value: Any, mapping: Mapping) -> str:
    """A number as Python writes it. Marks of thousands are none of ours to guess:
    a number with them is left as it is, and refused."""
    text = _text(value)
    if mapping.decimal == "," and isinstance(value, str):
        return text if "." in text else text.replace(",", ".")
    return text


def _vintage(row: Row, mapping: Mapping) -> str:
    text = _part(row, "vintage", mapping)
    return mapping.vintages.get(text, text)


def _period(row: Row, mapping: Mapping) -> str:
    text = _part(row, "period", mapping)
    if not mapping.periods:
        return text
    found = re.fullmatch(mapping.periods, text)
    if found is None:
        return text
    part = {name: value for name, value in found.groupdict().items() if value}
    year = part["year"]
    if "quarter" in part:
        return f"{year}-Q{int(part['quarter'])}"
    if "month" not in part:
        return year
    month = f"{year}-{int(part['month']):02d}"
    return f"{month}-{int(part['day']):02d}" if "day" in part else month
