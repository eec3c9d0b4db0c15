"""Real recordings as lines that carry their own time.

What a recording lacks is told once, when it is played: sentences without a tag
block or Gatehouse wrapper get a tag block with the time that the recording's
clocks (``RMC`` of the receiver, else type 4 and 11 of sane base stations, which tell
the minute, with the seconds in the positions, else the lines that do carry a time)
give them.
Tables become one JSON object per row.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import IO, Any

import numpy as np
from pyais.bit_vector import bit_vector
from pyais.exceptions import AISBaseException
from pyais.messages import MSG_CLASS

from . import seconds
from .nmea import BadLine, checksum, is_ais, parse, read_wrapper, split_tag

# Where nothing in a recording tells the time, so that a second run is the same.
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
UNDATED_STEP_S = 0.05
PLAUSIBLE = timedelta(days=1)
AGREE_S = 10.0
COLUMNS = {
    "device": ("mmsi", "ssvid", "id", "ve_ref"),
    "at": ("timestamp", "basedatetime", "ais_pos_timestamp"),
    "lon": ("lon", "longitude", "si_long"),
    "lat": ("lat", "latitude", "si_lati"),
    "speed_kn": ("speed", "sog", "si_sp"),
    "course_deg": ("course", "cog", "si_he"),
    "heading_deg": ("heading",),
}
DAY_FIRST = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M")


@dataclass(frozen=True, slots=True)
class Anchor:
    """Line ``number`` was received at ``time`` (epoch s)."""

    number: int
    time: float


def open_text(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return gzip.open(path, "rb")  # type: ignore[return-value]
    return path.open("rb")


def name_of(path: Path) -> str:
    """A source name that is the same for the same recording everywhere."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return f"replay:{path.name.split('.')[0][:60]}:{digest}"


def lines_of(path: Path) -> Iterator[bytes]:
    """The recording as lines to send, in order, without line ends."""
    suffixes = path.name.removesuffix(".gz").rsplit(".", 1)[-1].lower()
    if suffixes == "csv":
        with open_text(path) as file:
            text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
            yield from table_lines(csv.DictReader(text), path)
    elif suffixes in ("jsonl", "ndjson"):
        with open_text(path) as file:
            yield from table_lines(
                map(json.loads, filter(str.strip, _text(file))), path
            )
    else:
        with open_text(path) as file:
            raw = [line.rstrip(b"\r\n") for line in file]
        yield from dated(raw)


def _text(file: IO[bytes]) -> Iterator[str]:
    for line in file:
        yield line.decode("utf-8")


def table_lines(rows: Iterable[dict[str, Any]], path: Path) -> Iterator[bytes]:
    """Rows with the column names of known tables as JSON positions."""
    for row in rows:
        lowered = {str(key).lower(): value for key, value in row.items()}
        found: dict[str, Any] = {}
        for name, aliases in COLUMNS.items():
            for alias in aliases:
                if lowered.get(alias) not in (None, ""):
                    found[name] = lowered[alias]
                    break
        if "si_date" in lowered:
            found["at"] = f"{lowered['si_date']} {lowered['si_time']}"
        if "at" in found:
            found["at"] = _iso(str(found["at"]))
        if "device" in found:
            found["device"] = _device(str(found["device"]), lowered, path)
        yield json.dumps(found, sort_keys=True).encode()


def _device(text: str, row: dict[str, Any], path: Path) -> str:
    if "mmsi" in row or "ssvid" in row:
        return f"mmsi:{text.zfill(9)}"
    return f"{path.name.split('.')[0][:40]}:{text}"


def _iso(text: str) -> str:
    text = text.replace(": ", ":0")  # some tables pad minutes with blanks
    for form in DAY_FIRST:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).isoformat()
        except ValueError:
            continue
    return text


def dated(lines: list[bytes]) -> Iterator[bytes]:
    """Lines as they are where they carry a time, else with a tag block."""
    times: list[float] | None = None
    wrapped = goes_on = False
    for number, line in enumerate(lines):
        if line.startswith(b"$PGHP") or line[:1] == b"\\" == line[-1:]:
            # it speaks for the sentence behind it
            wrapped = wrapped or line_time(line) is not None
        if not is_ais(line) or wrapped or (goes_on and continues_message(line)):
            if b"!" in line:
                # the parts behind a dated one belong to it
                wrapped, goes_on = False, True
            yield line
            continue
        goes_on = False
        if times is None:
            times = spread(find_anchors(lines), len(lines))
        body = f"c:{round(times[number] * 1000)}"
        yield f"\\{body}*{checksum(body.encode()):02X}\\".encode() + line


def continues_message(line: bytes) -> bool:
    """Is it a part of a message, not the first one?"""
    fields = line.split(b",", 3)
    return is_ais(line) and len(fields) > 3 and fields[2].isdigit() and fields[2] > b"1"


def line_time(line: bytes) -> float | None:
    """The time that a line of :func:`lines_of` carries, or None."""
    if line.startswith(b"{"):
        try:
            return datetime.fromisoformat(json.loads(line)["at"]).timestamp()
        except (ValueError, KeyError):
            return None
    if line.startswith(b"$PGHP"):
        wrapper = read_wrapper(line)
        return wrapper.time
    try:
        tag, _rest = split_tag(line)
    except BadLine:
        return None
    return tag.time if tag else None


def find_anchors(lines: list[bytes]) -> list[Anchor]:
    """What the clocks in the recording say; outliers (a base station that is
    years off, a stray GPS week) are left out."""
    found = list(_rmc(lines))
    if found:
        return _sane(found)
    stations = _sane(list(_stations(lines)))
    if stations:
        return _by_the_hand(lines, stations) or stations
    return _sane(list(_own(lines)))


def _by_the_hand(lines: list[bytes], told: list[Anchor]) -> list[Anchor]:
    """Anchors from the seconds in positions, where they tell the time more often than
    the stations, which say what minute it is, and half of these agree with them."""
    hand = seconds.hand(lines)
    if hand is None or len(hand.line) <= len(told):
        return []
    at = np.interp([anchor.number for anchor in told], hand.line, hand.seconds)
    off = np.array([anchor.time for anchor in told]) - at
    minutes = round(float(np.median(off)) / seconds.MINUTE_S) * seconds.MINUTE_S
    if np.median(np.abs(off - minutes)) > AGREE_S:
        return []
    return [
        Anchor(round(number), time + minutes)
        for number, time in zip(hand.line.tolist(), hand.seconds.tolist(), strict=True)
    ]


def _sane(found: list[Anchor]) -> list[Anchor]:
    if not found:
        return []
    middle = median(anchor.time for anchor in found)
    sane = [a for a in found if abs(a.time - middle) <= PLAUSIBLE.total_seconds()]
    ordered: list[Anchor] = []
    for anchor in sane:
        if not ordered or anchor.time >= ordered[-1].time:
            ordered.append(anchor)
    return ordered


def _rmc(lines: list[bytes]) -> Iterator[Anchor]:
    for number, line in enumerate(lines):
        if line[:1] != b"$" or line[3:6] != b"RMC":
            continue
        fields = line.split(b",")
        try:
            moment = datetime.strptime(
                f"{fields[9].decode()}{fields[1].decode()[:6]}", "%d%m%y%H%M%S"
            ).replace(tzinfo=UTC)
        except (ValueError, IndexError):
            continue
        yield Anchor(number, moment.timestamp())


def _own(lines: list[bytes]) -> Iterator[Anchor]:
    """Lines that carry a time themselves, for those that carry none."""
    for number, line in enumerate(lines):
        if line.startswith((b"$PGHP", b"\\")):
            moment = line_time(line)
            if moment is not None and moment < datetime.now(UTC).timestamp():
                yield Anchor(number, moment)


def _stations(lines: list[bytes]) -> Iterator[Anchor]:
    for number, line in enumerate(lines):
        if not is_ais(line):
            continue
        try:
            sentence = parse(line)
            if sentence.total != 1 or sentence.payload[:1] not in (b"4", b";"):
                continue
            vector = bit_vector(sentence.payload, sentence.fill_bits)
            said: Any = MSG_CLASS[vector.get(0, 6)].from_vector(vector)
            moment = datetime(
                said.year, said.month, said.day, said.hour, said.minute, said.second,
                tzinfo=UTC,
            )  # fmt: skip
        except (BadLine, AISBaseException, ValueError, TypeError, IndexError):
            continue
        yield Anchor(number, moment.timestamp())


def spread(anchors: list[Anchor], count: int) -> list[float]:
    """A time for each line: linear between anchors and on at their mean pace, a steady
    step without any."""
    if not anchors:
        start = UNDATED.timestamp()
        return [start + number * UNDATED_STEP_S for number in range(count)]
    numbers = np.array([anchor.number for anchor in anchors], dtype=float)
    told = np.array([anchor.time for anchor in anchors])
    lines = np.arange(count)
    times = np.interp(lines, numbers, told)
    # before the first and after the last they came as fast as in between
    pace = (told[-1] - told[0]) / max(numbers[-1] - numbers[0], 1.0)
    outside = np.minimum(lines - numbers[0], 0) + np.maximum(lines - numbers[-1], 0)
    return (times + pace * outside).tolist()
