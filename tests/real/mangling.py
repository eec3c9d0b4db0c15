"""Recordings as bad lines make them: doubled, out of order, damaged."""

from __future__ import annotations

import random
import time

from feeds.ais.recordings import continues_message, line_time

WINDOW_S = 10.0
FLIPPED = 0.05


def doubled(lines: list[bytes]) -> list[bytes]:
    """Every line twice in a row; a wrapper stays with its sentences."""
    return [line for unit in _units(lines) for line in unit * 2]


def each_doubled(lines: list[bytes]) -> list[bytes]:
    """Every line twice, whatever it is: wrapper, wrapper, sentence, sentence."""
    return [line for line in lines for _twice in range(2)]


def shuffled(lines: list[bytes], seed: int = 4) -> list[bytes]:
    """Every line up to 10 s early or late; a wrapper stays with its sentences."""
    rng = random.Random(seed)
    placed, last = [], 0.0
    for number, unit in enumerate(_units(lines)):
        times = [at for at in map(line_time, unit) if at is not None]
        # late and impossible times tell no place in the recording
        if times and last <= times[0] < time.time():
            last = times[0]
        placed.append((last + rng.uniform(0, WINDOW_S), number, unit))
    return [line for _at, _number, unit in sorted(placed) for line in unit]


def flipped(lines: list[bytes], seed: int = 5) -> list[bytes]:
    """One byte in twenty has a wrong bit; line ends stay."""
    rng = random.Random(seed)
    found = []
    for line in lines:
        broken = bytearray(line)
        for index in range(len(broken)):
            if rng.random() < FLIPPED:
                broken[index] ^= 1 << rng.randrange(8)
        found.append(bytes(broken).replace(b"\n", b"\x0b"))
    return found


def _units(lines: list[bytes]) -> list[list[bytes]]:
    units: list[list[bytes]] = []
    open_unit: list[bytes] = []
    for line in lines:
        if units and not open_unit and continues_message(line):
            units[-1].append(line)
            continue
        open_unit.append(line)
        waits = line.startswith(b"$PGHP") or line[:1] == b"\\" == line[-1:]
        if not waits:
            units.append(open_unit)
            open_unit = []
    return [*units, open_unit] if open_unit else units
