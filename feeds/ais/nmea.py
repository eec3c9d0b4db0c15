"""The envelope of a line: tag block, sentence, checksum (IEC 61162-1, NMEA 4.10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

# Times from here on are milliseconds (in seconds it would be the year 5138).
MILLISECONDS_FROM = 100_000_000_000
TALKER_ENDS = (b"VDM", b"VDO")


class BadLine(ValueError):
    """The line cannot be used; ``reason`` is one of the feed's named reasons."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Sentence:
    """One AIS sentence of a message of ``total`` parts."""

    total: int
    part: int
    sequence: bytes
    channel: bytes
    payload: bytes
    fill_bits: int


@dataclass(frozen=True, slots=True)
class Tag:
    """What a tag block said: time (epoch s), station, group key and place."""

    time: float | None = None
    station: str = ""
    group: tuple[int, int, str] | None = None
    believed: bool = True


NO_TAG = Tag()
DOUBTED_TAG = Tag(believed=False)


def checksum(body: bytes) -> int:
    """All bytes XORed: the number is folded in halves, which is faster than a loop."""
    value = int.from_bytes(body, "little")
    width = 1 << max(3 + (len(body) - 1).bit_length(), 3)
    while width > 8:
        width >>= 1
        value = (value >> width) ^ (value & ((1 << width) - 1))
    return value


def split_tag(line: bytes) -> tuple[Tag | None, bytes]:
    r"""The tag block ``\…*hh\`` (None when there is none) and the rest.

    A block whose own checksum is wrong is not believed, but does not spoil the
    sentence behind it, which has a checksum of its own.
    """
    if not line.startswith(b"\\"):
        return None, line
    block, closed, rest = line[1:].partition(b"\\")
    if not closed:
        raise BadLine("tag_block", "not closed")
    body, star, digits = block.rpartition(b"*")
    if not star or not _equals(digits, checksum(body)):
        return DOUBTED_TAG, rest
    return _read_tag(body), rest


def _read_tag(body: bytes) -> Tag:
    time: float | None = None
    station = ""
    group = None
    for field in body.split(b","):
        code, colon, value = field.partition(b":")
        if not colon:
            continue
        if code == b"c":
            time = _tag_time(value)
        elif code == b"s":
            station = value.decode("latin-1")
        elif code == b"g":
            group = _group(value)
    return Tag(time, station, group)


def _tag_time(value: bytes) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number / 1000 if number >= MILLISECONDS_FROM else number


def _group(value: bytes) -> tuple[int, int, str] | None:
    part, _, rest = value.partition(b"-")
    total, _, identity = rest.partition(b"-")
    if not (part.isdigit() and total.isdigit()):
        return None
    return int(part), int(total), identity.decode("latin-1")


def _equals(digits: bytes, value: int) -> bool:
    try:
        return int(digits[:2], 16) == value and len(digits) >= 2
    except ValueError:
        return False


def is_ais(sentence: bytes) -> bool:
    """True for ``!xxVDM`` and ``!xxVDO``, whatever the talker."""
    return sentence[:1] == b"!" and sentence[3:6] in TALKER_ENDS


def parse(sentence: bytes) -> Sentence:
    """``!AIVDM,total,part,sequence,channel,payload,fill*hh[,anything]``."""
    body, star, tail = sentence[1:].partition(b"*")
    fields = body.split(b",")
    # some plotters write one field more behind the fill bits
    if len(fields) not in (7, 8) or not star:
        raise BadLine("malformed", f"{len(fields)} fields")
    if not _equals(tail, checksum(body)):
        raise BadLine("checksum")
    _talker, total, part, sequence, channel, payload, fill = fields[:7]
    if not (total.isdigit() and part.isdigit() and fill.isdigit()):
        raise BadLine("malformed", "part numbers")
    count, number = int(total), int(part)
    if not 1 <= number <= count <= 9:
        raise BadLine("malformed", "part numbers")
    return Sentence(count, number, sequence, channel, payload, int(fill))


def read_wrapper(sentence: bytes) -> Tag:
    """A Gatehouse wrapper as a tag: time, and the station that heard the next line.

    ``$PGHP,1,yyyy,m,d,h,m,s,ms,country,region,station,online,checksum*hh``
    """
    body, star, digits = sentence[1:].partition(b"*")
    fields = body.split(b",")
    try:
        year, month, day, hour, minute, second, millisecond = map(int, fields[2:9])
        moment = _midnight(year, month, day)
        in_range = hour < 24 and minute < 60 and second < 61 and millisecond < 1_000
    except (ValueError, OverflowError):
        return DOUBTED_TAG
    if not (star and in_range and _equals(digits, checksum(body))):
        return DOUBTED_TAG
    time = moment + hour * 3_600 + minute * 60 + second + millisecond / 1_000
    return Tag(time=time, station=b"-".join(fields[9:12]).decode("latin-1"))


@lru_cache(maxsize=64)
def _midnight(year: int, month: int, day: int) -> float:
    return datetime(year, month, day, tzinfo=UTC).timestamp()
