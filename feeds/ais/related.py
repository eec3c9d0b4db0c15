"""Which raw lines make one message: for the evidence of a multi-part message."""

from __future__ import annotations

from layers.core.raw import RawLine

from .assembly import Assembler, Heard, Line, Message
from .nmea import BadLine, Sentence, Tag, is_ais, parse, split_tag

INCOMPLETE = [-1]
BEFORE = 200  # parts may come in any order


def related(lines: list[RawLine], index: int) -> list[int]:
    """The other lines of the message of ``lines[index]``, put together as the decoder
    does; ``[-1]`` when they do not all stand in ``lines``."""
    first = _parse(lines[index])
    if first is None or first[1].total == 1:
        return []
    assembler = Assembler()
    for number in range(max(index - BEFORE, 0), len(lines)):
        found = _parse(lines[number])
        if found is None or found[1].total == 1:
            continue
        message = _add(assembler, lines[number], number, *found)
        if message is None:
            continue
        members = [line.line_no for line in message.lines]
        if index in members:
            return [member for member in members if member != index]
    return INCOMPLETE


def _parse(line: RawLine) -> tuple[Tag, Sentence] | None:
    try:
        tag, rest = split_tag(line.text.encode("latin-1").strip())
        rest = rest[max(rest.find(b"!"), 0) :]
        return (tag or Tag(), parse(rest)) if is_ais(rest) else None
    except BadLine:
        return None


def _add(
    assembler: Assembler, line: RawLine, number: int, tag: Tag, sentence: Sentence
) -> Message | None:
    received = line.received_at.timestamp()
    heard = Heard(
        time=received if tag.time is None else tag.time,
        timed=tag.time is not None,
        received=received,
        receiver="",
        key=f"g{tag.group[2]}" if tag.group else tag.station,
        grouped=tag.group is not None,
    )
    return assembler.add(sentence, Line(line.batch_id, number, "", b""), heard)
