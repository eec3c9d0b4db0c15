"""How likely a heard identity is a vessel of the register: a pure function.

Each piece of evidence that agrees has a weight w in 0..1, the chance that it is right
when it stands alone; pieces are taken to be independent, so together they are wrong
only if each is: ``1 - (1 - w1)(1 - w2)…``. What contradicts multiplies that by a
factor. Weights are ours, set on the recording of Hai Phong and on made-up cases (the
table in the tests); none is published.

============== ====== =========================================================
evidence       weight agrees when
============== ====== =========================================================
imo            0.95   IMO numbers are equal and their check digit is right
declared       0.96   a VMS provider says this registration of its device
registration   0.94   the whole number with letters and TS stands in the name
number         0.70   letters and five digits stand in it, TS is damaged
digits         0.50   only the five digits, and one boat alone has them
cut_off        0.30   letters and the first three or four digits
mmsi           0.90   MMSIs are equal, valid, and heard as one track only
call_sign      0.85   call signs are equal, four places or more
name           0.60   names are alike: 0.60 x (ratio - 0.8) / 0.2
length         0.25   lengths differ by at most 1 m or a tenth
home_waters    0.10   heard within 150 km of the berth
-------------- ------ ---------------------------------------------------------
other_number   x 0.2  a whole number of another boat is said
other_imo      x 0.2  two valid IMO numbers that differ
other_length   x 0.5  lengths differ by more than 5 m and a third
============== ====== =========================================================

From 0.95 on, and 0.15 ahead of the next, a device is fitted without asking; from
0.50 on somebody is asked. A MMSI alone, or a number alone, is never enough.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import asin, cos, hypot, prod, radians, sin, sqrt

from rapidfuzz import fuzz

from .names import Hint, hints, key_of, squeeze
from .values import valid_mmsi

WEIGHTS = {
    "imo": 0.95,
    "declared": 0.96,
    "registration": 0.94,
    "number": 0.70,
    "digits": 0.50,
    "cut_off": 0.30,
    "mmsi": 0.90,
    "call_sign": 0.85,
    "name": 0.60,
    "length": 0.25,
    "home_waters": 0.10,
}
AGAINST = {"other_number": 0.2, "other_imo": 0.2, "other_length": 0.5}
CERTAIN = 0.95
AHEAD = 0.15
ASK = 0.50
ALIKE = 0.8
HOME_KM = 150.0
EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Said:
    """What a device says of itself. Empty or 0: nothing.

    ``mmsi`` is "" when it proves nothing: not valid, or heard as several tracks.
    ``declared``: a registration that its provider vouches for.
    """

    name: str = ""
    mmsi: str = ""
    call_sign: str = ""
    imo: int = 0
    declared: str = ""
    length_m: float = 0.0
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A vessel of the register. ``name`` squeezed; ``alone``: its five digits are
    no other boat's."""

    id: int
    registration_key: str = ""
    name: str = ""
    mmsi: str = ""
    call_sign: str = ""
    imo: int = 0
    length_m: float = 0.0
    lon: float | None = None
    lat: float | None = None
    alone: bool = True

    @property
    def number(self) -> str:
        return "".join(c for c in self.registration_key if c.isdigit())


@dataclass(frozen=True, slots=True)
class Score:
    """``parts``: weight of what agrees, factor of what contradicts."""

    vessel: int
    score: float
    parts: dict[str, float] = field(default_factory=dict)


def rank(said: Said, entries: Iterable[Entry]) -> list[Score]:
    """Every entry with its score, the likeliest first; ties in order of ids."""
    found = hints(said.name)
    scores = [score(said, entry, found) for entry in entries]
    return sorted(scores, key=lambda s: (-s.score, s.vessel))


def decided(scores: list[Score]) -> Score | None:
    """The one that is certain and clearly ahead, if there is one."""
    if not scores or scores[0].score < CERTAIN:
        return None
    ahead = len(scores) == 1 or round(scores[0].score - scores[1].score, 4) >= AHEAD
    return scores[0] if ahead else None


def score(said: Said, entry: Entry, found: list[Hint] | None = None) -> Score:
    """The score of one entry, by the table above."""
    found = hints(said.name) if found is None else found
    agrees: dict[str, float] = {}
    against: dict[str, float] = {}
    for name in (_number(said, entry, found), *_identity(said, entry)):
        if name in WEIGHTS:
            agrees[name] = WEIGHTS[name]
        elif name:
            against[name] = AGAINST[name]
    if alike := _alike(said.name, entry.name):
        agrees["name"] = alike
    for name in _surroundings(said, entry):
        (agrees if name in WEIGHTS else against)[name] = (WEIGHTS | AGAINST)[name]
    likely = 1 - prod(1 - weight for weight in agrees.values())
    total = likely * prod(against.values())
    return Score(entry.id, round(total, 4), agrees | against)


def _number(said: Said, entry: Entry, found: list[Hint]) -> str:
    """The strongest that the name and the provider say of the number."""
    key = entry.registration_key
    if said.declared and key:
        return "declared" if key_of(said.declared) == key else "other_number"
    if not key:
        return ""
    whole = {hint.key for hint in found if hint.whole}
    if whole:
        return "registration" if key in whole else "other_number"
    if any(hint.key == key for hint in found):
        return "number"
    for hint in found:
        if len(hint.number) == 5 and hint.number == entry.number and not hint.code:
            return "digits" if entry.alone else ""
        if len(hint.number) < 5 and key.startswith(f"{hint.code}{hint.number}"):
            return "cut_off"
    return ""


def _identity(said: Said, entry: Entry) -> Iterable[str]:
    if said.mmsi and said.mmsi == entry.mmsi and valid_mmsi(said.mmsi):
        yield "mmsi"
    sign = squeeze(said.call_sign).replace(" ", "")
    if len(sign) >= 4 and sign == squeeze(entry.call_sign).replace(" ", ""):
        yield "call_sign"
    if valid_imo(said.imo) and valid_imo(entry.imo):
        yield "imo" if said.imo == entry.imo else "other_imo"


def _alike(heard: str, name: str) -> float:
    """Names as AIS cuts them: upper-case, twenty places."""
    first, second = squeeze(heard)[:20], squeeze(name)[:20]
    if min(len(first), len(second)) < 4:
        return 0.0
    ratio = fuzz.ratio(first, second) / 100
    return round(WEIGHTS["name"] * max(0.0, (ratio - ALIKE) / (1 - ALIKE)), 4)


def _surroundings(said: Said, entry: Entry) -> Iterable[str]:
    if said.length_m > 0 and entry.length_m > 0:
        apart = abs(said.length_m - entry.length_m)
        larger = max(said.length_m, entry.length_m)
        if apart <= max(1.0, larger / 10):
            yield "length"
        elif apart > max(5.0, larger / 3):
            yield "other_length"
    distance = _km(said, entry)
    if distance is not None and distance <= HOME_KM:
        yield "home_waters"


def _km(said: Said, entry: Entry) -> float | None:
    """Great-circle distance."""
    if said.lon is None or said.lat is None or entry.lon is None or entry.lat is None:
        return None
    north, south = radians(said.lat), radians(entry.lat)
    up = sin((north - south) / 2)
    along = sin(radians(said.lon - entry.lon) / 2)
    chord = hypot(up, sqrt(cos(north) * cos(south)) * along)
    return 2 * EARTH_KM * asin(min(1.0, chord))


def valid_imo(number: int) -> bool:
    """Seven digits; the last one is that of the sum of the others x 7, 6, 5, 4, 3, 2
    (IMO resolution A.1117)."""
    digits = [int(c) for c in str(number)] if 1_000_000 <= number <= 9_999_999 else []
    if not digits:
        return False
    return (
        sum(d * w for d, w in zip(digits, range(7, 1, -1), strict=False)) % 10
        == (digits[6])
    )
