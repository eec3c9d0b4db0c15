"""Tag blocks and sentences of whole batches (IEC 61162-1, NMEA 4.10)."""

from __future__ import annotations

import numpy as np

from layers.core.ingest import Bools, Ints

from .lines import (
    BACKSLASH,
    BAD,
    BELIEVED,
    BRACE,
    COLON,
    COMMA,
    DOLLAR,
    DOUBTED,
    EXCLAMATION,
    NOT_AIS,
    ROW,
    SENTENCE,
    STAR,
    UNTAGGED,
    WRAPPER,
    Envelopes,
    Lines,
    Marks,
    hex_equals,
    numbers,
    xor,
)
from .nmea import NO_TAG, BadLine, Tag, is_ais, parse, read_wrapper, split_tag

ENDS = (b"VDM", b"VDO")
TAG_FIELD = {code: ord(code) for code in "csg"}


def read(lines: Lines) -> Envelopes:
    """The envelope of every line."""
    found = Envelopes.of(len(lines.start))
    if not len(lines.start):
        return found
    data, start = lines.data, lines.start
    first = data[start]
    marks = {c: Marks(data, c) for c in (COMMA, STAR, BACKSLASH, EXCLAMATION)}
    begin = start.copy()
    ready = first == EXCLAMATION
    tagged = np.flatnonzero(first == BACKSLASH)
    if len(tagged):
        ready[tagged] = _tags(lines, found, marks, tagged, begin)
    rows = np.flatnonzero(ready)
    fine = _sentences(lines, found, marks, rows, begin[rows])
    found.what[rows[fine]] = SENTENCE
    found.what[first == BRACE] = ROW
    _stamps(lines, found, rows[fine])
    speaks = marks[EXCLAMATION].next(start) < lines.end
    rest = found.what == NOT_AIS
    rest &= (first == BACKSLASH) | (speaks & (first != DOLLAR))
    rest |= (first == DOLLAR) & _starts(data, start, b"$PGHP")
    for line in np.flatnonzero(rest).tolist():
        _one(lines, found, line)
    return found


def _starts(data: np.ndarray, at: Ints, text: bytes) -> Bools:
    fine = np.ones(len(at), bool)
    for offset, character in enumerate(text):
        fine &= data[np.minimum(at + offset, len(data) - 1)] == character
    return fine


def _sentences(
    lines: Lines, found: Envelopes, marks: dict[int, Marks], rows: Ints, begin: Ints
) -> Bools:
    """Messages of one sentence that have nothing odd about them."""
    data, last = lines.data, len(lines.data) - 1
    commas = marks[COMMA]
    rank = commas.rank(begin)
    channel, payload, fill = (commas.at[rank + n] for n in (3, 4, 5))
    star = fill + 2
    fine = (commas.at[rank] == begin + 6) & (star + 3 <= lines.end[rows])
    fine &= _starts(data, begin + 6, b",1,1,")
    talker = _starts(data, begin + 3, ENDS[0]) | _starts(data, begin + 3, ENDS[1])
    fine &= talker & (marks[STAR].next(begin) == star) & (payload > channel)
    filler = data[np.minimum(fill + 1, last)].astype(np.int64) - 48
    fine &= (filler >= 0) & (filler <= 9)
    chosen = np.flatnonzero(fine)
    value = xor(data, begin[chosen] + 1, star[chosen])
    fine[chosen] = hex_equals(data, star[chosen] + 1, value)
    chosen = np.flatnonzero(fine)
    where = rows[chosen]
    found.payload[where] = payload[chosen] + 1
    found.length[where] = fill[chosen] - payload[chosen] - 1
    found.fill[where] = filler[chosen]
    return fine


def _tags(
    lines: Lines, found: Envelopes, marks: dict[int, Marks], rows: Ints, begin: Ints
) -> Bools:
    """Tag blocks with a right checksum and no group; moves ``begin`` behind them."""
    data = lines.data
    inside = lines.start[rows] + 1
    close = marks[BACKSLASH].next(inside)
    star = close - 3
    fine = (close < lines.end[rows]) & (star > inside)
    fine &= data[np.clip(star, 0, len(data) - 1)] == STAR
    chosen = np.flatnonzero(fine)
    value = xor(data, inside[chosen], star[chosen])
    fine[chosen] = hex_equals(data, star[chosen] + 1, value)
    times, time_counts = _field(data, "c", inside, star)
    names, name_counts = _field(data, "s", inside, star)
    _groups, group_counts = _field(data, "g", inside, star)
    fine &= (time_counts <= 1) & (name_counts <= 1) & (group_counts == 0)
    chosen = np.flatnonzero(fine & (time_counts == 1))
    stop = np.minimum(marks[COMMA].next(times[chosen]), star[chosen])
    value, digits = numbers(data, times[chosen], stop)
    fine[chosen[~digits]] = False
    where = rows[chosen]
    found.time[where] = np.where(digits, value, np.nan)
    named = np.flatnonzero(fine & (name_counts == 1))
    ends = np.minimum(marks[COMMA].next(names[named]), star[named])
    for row, first, end in zip(
        rows[named].tolist(), names[named].tolist(), ends.tolist(), strict=True
    ):
        found.station[row] = found.name(lines.text[first:end].decode("latin-1"))
    says = fine & ((time_counts == 1) | (name_counts == 1))
    found.tag[rows[says]] = BELIEVED
    begin[rows] = np.where(fine, close + 1, begin[rows])
    return fine & (begin[rows] < lines.end[rows])


def _field(data: np.ndarray, code: str, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Where the value of a field ``code:`` begins, and how often it stands there."""
    at = np.flatnonzero(data[:-1] == TAG_FIELD[code])
    before = data[np.maximum(at - 1, 0)]
    at = at[(data[at + 1] == COLON) & ((before == COMMA) | (before == BACKSLASH))]
    low, high = np.searchsorted(at, start), np.searchsorted(at, end)
    padded = np.append(at, 0)
    return padded[np.minimum(low, len(at))] + 2, np.maximum(high - low, 0)


def _stamps(lines: Lines, found: Envelopes, rows: Ints) -> None:
    """``…*hh,1327992119173``: when an archive received the line."""
    behind = found.payload[rows] + found.length[rows] + 5
    chosen = np.flatnonzero(behind < lines.end[rows])
    chosen = chosen[lines.data[behind[chosen]] == COMMA]
    if len(chosen):
        where = rows[chosen]
        value, digits = numbers(lines.data, behind[chosen] + 1, lines.end[where])
        found.stamp[where] = np.where(digits, value, np.nan)


def _one(lines: Lines, found: Envelopes, line: int) -> None:
    """One line, the slow way; ``found`` says afterwards what it is."""
    try:
        tag, rest = split_tag(lines.raw(line).strip())
        start = rest.find(b"!") if rest[:1] not in (b"!", b"$") else 0
        text = rest[start:] if start > 0 else rest
        if is_ais(text):
            _put_tag(found, line, tag or NO_TAG)
            _put_sentence(lines, found, line, text)
            found.what[line] = SENTENCE
        else:
            _other(found, line, text, tag)
    except BadLine as bad:
        found.what[line] = BAD
        found.bad.append((line, bad))


def _put_sentence(lines: Lines, found: Envelopes, line: int, text: bytes) -> None:
    sentence = parse(text)
    if sentence.total > 1:
        found.parts[line] = sentence
        return
    offset = lines.raw(line).rindex(text)
    inside = 1 + sum(len(part) + 1 for part in text[1:].split(b",")[:5])
    found.payload[line] = lines.start[line] + offset + inside
    found.length[line] = len(sentence.payload)
    found.fill[line] = sentence.fill_bits


def _put_tag(found: Envelopes, line: int, tag: Tag) -> None:
    if not tag.believed:
        found.tag[line] = DOUBTED
        found.time[line] = np.nan
        found.station[line] = 0
        return
    found.tag[line] = UNTAGGED if tag == NO_TAG else BELIEVED
    found.time[line] = np.nan if tag.time is None else tag.time
    found.station[line] = found.name(tag.station)
    if tag.group:
        found.groups[line] = tag.group[2]


def _other(found: Envelopes, line: int, text: bytes, tag: Tag | None) -> None:
    """A wrapper, or a tag block by itself, speaks for the sentence behind it."""
    if text.startswith(b"$PGHP"):
        _put_tag(found, line, read_wrapper(text))
        found.what[line] = WRAPPER
    elif not text and tag is not None and tag.time is not None:
        _put_tag(found, line, tag)
        found.what[line] = WRAPPER
