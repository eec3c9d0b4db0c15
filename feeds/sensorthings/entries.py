"""Messages of every form, entry by entry: a value that can be taken, or why not.

Forms: ``observation`` (one entity of SensorThings), ``array`` (CreateObservations),
``rows`` (the plain rows of loggers), ``mqtt`` (a line for each message).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from .book import Book, Known, Value, Wrong, moment, number, status

DATASTREAM = re.compile(r"(?:.*/)?Datastreams\((\d{1,18})\)/Observations")
OBSERVATIONS = re.compile(r"(?:.*/)?Observations")
PLAIN = re.compile(r"(?:.*/)?stations/([^/]+)/([^/]+)")
ROWS = ("observations", "rows", "data")
RAW_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """Entry ``number`` (from 1): a value, or what is wrong with it."""

    number: int
    raw: str
    value: Value | None = None
    reason: str = ""
    detail: str = ""


def entries(
    form: str, body: bytes, meta: Mapping[str, Any], book: Book, received: float
) -> Iterator[Entry]:
    """Every entry of a message. ``received``: seconds since 1970; a time further
    ahead is refused."""
    read = READERS.get(form)
    if read is None:
        yield Entry(1, "", None, "unknown_form", f"form {form!r:.40}")
        return
    yield from read(body, meta, book, received)


def parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except ValueError as error:
        raise Wrong("not_json", f"the message is no JSON: {error}") from None


def _entry(place: int, raw: Any, take: Any) -> Entry:
    text = raw if isinstance(raw, str) else orjson.dumps(raw).decode()
    try:
        return Entry(place, text[:RAW_LENGTH], take())
    except Wrong as wrong:
        return Entry(place, text[:RAW_LENGTH], None, wrong.reason, wrong.detail)


def observation(
    told: Any, book: Book, received: float, series: Known | None = None
) -> Value:
    """The value of an Observation entity; raises Wrong."""
    if not isinstance(told, dict):
        raise Wrong("no_object", "an Observation is a JSON object")
    if series is None:
        inner = told.get("Datastream")
        number_of = inner.get("@iot.id") if isinstance(inner, dict) else None
        if number_of is None:
            raise Wrong("unknown_datastream", 'name it: "Datastream": {"@iot.id": 5}')
        series = book.datastream(number_of)
    extra = told.get("parameters")
    found = extra.get("status") if isinstance(extra, dict) else None
    if "result" not in told:
        raise Wrong("no_number", "there is no result")
    return Value(
        series,
        moment(told.get("phenomenonTime"), received),
        number(told["result"]),
        status(found),
    )


def _one(
    body: bytes, meta: Mapping[str, Any], book: Book, received: float
) -> Iterator[Entry]:
    text = body.decode("utf-8", "replace")

    def take() -> Value:
        asked = meta.get("datastream")
        series = book.datastream(asked) if asked is not None else None
        return observation(parsed(body), book, received, series)

    yield _entry(1, text, take)


def _array(
    body: bytes, meta: Mapping[str, Any], book: Book, received: float
) -> Iterator[Entry]:
    """CreateObservations: rows of several Datastreams (SensorThings 1.1, 12.4)."""
    try:
        groups = parsed(body)
        if not isinstance(groups, list):
            raise Wrong("no_array", "CreateObservations is a JSON array")
    except Wrong as wrong:
        yield Entry(
            1, body.decode("utf-8", "replace"), None, wrong.reason, wrong.detail
        )
        return
    place = 0
    for group in groups:
        for row in _rows_of(group):
            place += 1

            def take(group: Any = group, row: Any = row) -> Value:
                return observation(_told(group, row), book, received)

            yield _entry(place, row, take)


def _rows_of(group: Any) -> list[Any]:
    rows = group.get("dataArray") if isinstance(group, dict) else None
    return rows if isinstance(rows, list) else [group]


def _told(group: Any, row: Any) -> dict[str, Any]:
    """A row of a data array as the entity that it stands for."""
    if not isinstance(group, dict) or not isinstance(group.get("dataArray"), list):
        raise Wrong("no_array", "a group has Datastream, components and dataArray")
    names = group.get("components")
    if not isinstance(names, list) or not isinstance(row, list):
        raise Wrong("no_array", "components and rows are arrays")
    if len(names) != len(row):
        raise Wrong("no_array", f"{len(row)} values for {len(names)} components")
    return dict(zip(map(str, names), row, strict=True)) | {
        "Datastream": group.get("Datastream")
    }


def _rows(
    body: bytes, meta: Mapping[str, Any], book: Book, received: float
) -> Iterator[Entry]:
    """Rows of one station: symbol, value, unit, at, status."""
    try:
        rows = parsed(body)
        if isinstance(rows, dict):
            rows = next((rows[name] for name in ROWS if name in rows), [rows])
        if not isinstance(rows, list):
            raise Wrong("no_array", "rows are a JSON array of objects")
    except Wrong as wrong:
        yield Entry(
            1, body.decode("utf-8", "replace"), None, wrong.reason, wrong.detail
        )
        return
    code = str(meta.get("station", ""))
    for place, row in enumerate(rows, 1):
        yield _entry(place, row, lambda row=row: plain(row, code, book, received))


def plain(
    row: Any, code: str, book: Book, received: float, symbol: str | None = None
) -> Value:
    """The value of a plain row; raises Wrong. A value of null is missing."""
    if not isinstance(row, dict):
        raise Wrong("no_object", "a row is a JSON object")
    name = symbol if symbol is not None else row.get("symbol")
    minutes = row.get("averaging", 5)
    if type(minutes) is not int or not 0 < minutes <= 1_440:
        raise Wrong("bad_averaging", "averaging is minutes, 1 to 1440")
    series = book.named(code, name, row.get("unit"), minutes)
    if "value" not in row:
        raise Wrong("no_number", "there is no value")
    if symbol is None and row.get("at") is None:
        raise Wrong("bad_time", "there is no at")
    return Value(
        series,
        moment(row.get("at"), received),
        number(row["value"], missing=True),
        status(row.get("status")),
    )


def _mqtt(
    body: bytes, meta: Mapping[str, Any], book: Book, received: float
) -> Iterator[Entry]:
    """Lines of :func:`line`. ``stations`` of the settings may narrow them."""
    for place, text in enumerate(body.splitlines(), 1):
        told = orjson.loads(text)
        payload = base64.b64decode(told["payload"])
        shown = f"{told['topic']} {payload.decode('utf-8', 'replace')}"
        at = float(told.get("at", received))

        def take(told: Any = told, payload: bytes = payload, at: float = at) -> Value:
            return _message(str(told["topic"]), payload, book, at)

        yield _entry(place, shown, take)


def line(topic: str, payload: bytes, at: float) -> bytes:
    """A message of a broker as a line of the inbox, just as it came."""
    text = base64.b64encode(payload).decode("ascii")
    return orjson.dumps({"topic": topic, "payload": text, "at": at}) + b"\n"


def _message(topic: str, payload: bytes, book: Book, received: float) -> Value:
    if found := DATASTREAM.fullmatch(topic):
        series = book.datastream(int(found[1]))
        return observation(parsed(payload), book, received, series)
    if found := PLAIN.fullmatch(topic):
        told = parsed(payload)
        row = told if isinstance(told, dict) else {"value": told}
        return plain(row, found[1], book, received, symbol=found[2])
    if OBSERVATIONS.fullmatch(topic):
        return observation(parsed(payload), book, received)
    raise Wrong("unknown_topic", f"nothing is known of the topic {topic!r:.80}")


READERS = {"observation": _one, "array": _array, "rows": _rows, "mqtt": _mqtt}
