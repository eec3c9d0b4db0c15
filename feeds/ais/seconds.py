"""The time of lines from the UTC seconds inside the positions of a recording.

A class A position carries the second of its fix. Those heard together agree, so the
mean second of each stretch of lines runs round the minute like a clock's hand; how
often it went round is counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from layers.core.ingest import Floats

from .nmea import is_ais

MINUTE_S = 60.0
# Positions of a stretch, and how well their seconds must agree (the length of the
# mean of unit vectors): 0.8 is a spread of six seconds.
STRETCH = 40
AGREE = 0.8
CLASS_A = b"123"
# The second stands in bits 137 to 142 (ITU-R M.1371-5, table 45).
HIGH, LOW = 22, 23


@dataclass(frozen=True, slots=True)
class Hand:
    """Where the hand of the minute stood: lines of shape m, and seconds that count on
    over the minutes from an unknown one."""

    line: Floats
    seconds: Floats


def hand(lines: list[bytes]) -> Hand | None:
    """The hand of the minute, or None where the seconds do not tell it: they agree in
    two of three stretches at least."""
    told = [
        (number, second)
        for number, line in enumerate(lines)
        if (second := _second(line)) is not None
    ]
    count = len(told) // STRETCH
    if count < 2:
        return None
    number, second = np.array(told[: count * STRETCH], dtype=float).T
    turned = np.exp(2j * np.pi * second / MINUTE_S).reshape(count, STRETCH).mean(axis=1)
    sure = np.abs(turned) >= AGREE
    if sure.sum() < max(2, 2 * count / 3):
        return None
    line = number.reshape(count, STRETCH).mean(axis=1)[sure]
    stood = np.angle(turned[sure]) / (2 * np.pi) * MINUTE_S
    step = np.diff(stood) % MINUTE_S
    # the mean of few may fall back a little: that is no minute less five seconds
    step[step > MINUTE_S - 5] = 0.0
    apart = np.diff(line)
    usual = float(np.median(step / apart))
    # where a stretch is missing the hand may have gone round in between
    step += MINUTE_S * np.maximum(np.rint((usual * apart - step) / MINUTE_S), 0)
    return Hand(line, stood[0] + np.r_[0.0, np.cumsum(step)])


def _second(line: bytes) -> int | None:
    """The second of a class A position; None in any other line, or if not said."""
    if not is_ais(line):
        return None
    fields = line[line.find(b"!") :].split(b",")
    if len(fields) < 7 or fields[1] != b"1" or len(fields[5]) <= LOW:
        return None
    payload = fields[5]
    if payload[:1] not in CLASS_A:
        return None
    second = (_six(payload[HIGH]) & 1) << 5 | _six(payload[LOW]) >> 1
    return second if second < MINUTE_S else None


def _six(character: int) -> int:
    """Six bits of a character of the payload (IEC 61162-1)."""
    value = character - 48
    return value - 8 if value > 40 else value
