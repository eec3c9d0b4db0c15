"""What a title and a summary say: tone, topic, place. Pure, by word lists.

The lists (``data/*.csv``) are ours and small: the tone is a first guess that a
person corrects. Phrases are compared word by word, with their diacritics, since
without these Vietnamese words fall together.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .choices import Tone, Topic

DATA = Path(__file__).resolve().parent / "data"
WORD = re.compile(r"[^\W_]+", re.UNICODE)
CLEAR = 2  # a sum of weights beyond this is a tone
TITLE_COUNTS = 2  # a word of the title weighs as much as two of the summary


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the gazetteer: ``unit_id`` valid today, the point of its seat."""

    unit_id: int
    title: str
    kind: str
    lon: float
    lat: float


def words(text: str) -> list[str]:
    """Words in their written case, composed (NFC)."""
    return WORD.findall(unicodedata.normalize("NFC", text))


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _holds(text: str, phrase: str) -> int:
    return f" {text} ".count(f" {phrase} ")


def _lower(text: str) -> str:
    return " ".join(words(text)).lower()


def tone(title: str, summary: str) -> str:
    """Negative, neutral or positive by the weights of ``data/tone.csv``."""
    head, body = _lower(title), _lower(summary)
    total = 0
    for row in _rows("tone.csv"):
        found = TITLE_COUNTS * _holds(head, row["phrase"]) + _holds(body, row["phrase"])
        total += found * int(row["weight"])
    if total <= -CLEAR:
        return Tone.NEGATIVE
    return Tone.POSITIVE if total >= CLEAR else Tone.NEUTRAL


def topic(title: str, summary: str) -> str:
    """The topic with most phrases of ``data/topics.csv``; the title counts double."""
    head, body = _lower(title), _lower(summary)
    score: dict[str, int] = {}
    for row in _rows("topics.csv"):
        found = TITLE_COUNTS * _holds(head, row["phrase"]) + _holds(body, row["phrase"])
        score[row["topic"]] = score.get(row["topic"], 0) + found
    best = max(score, key=lambda name: score[name])
    return best if score[best] else Topic.OTHER


class Gazetteer:
    """Names of units, found in running text."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._prefixes = {
            (row["kind"], tuple(row["prefix"].split()))
            for row in _rows("unit_prefixes.csv")
        }
        self._full: dict[str, Place] = {}
        self._bare: dict[str, list[Place]] = {}
        for place in places:
            name = tuple(words(place.title))
            self._full.setdefault(" ".join(name).lower(), place)
            self._bare.setdefault(" ".join(self._short(place, name)), []).append(place)

    def _short(self, place: Place, name: tuple[str, ...]) -> tuple[str, ...]:
        """The name without what kind of unit it is."""
        for kind, prefix in self._prefixes:
            head = tuple(word.lower() for word in name[: len(prefix)])
            if kind == place.kind and head == prefix and len(name) > len(prefix):
                return name[len(prefix) :]
        return name

    def find(self, title: str, summary: str = "") -> Place | None:
        """The place that a text is about: by its full name first, then by its name
        alone if that means one unit only; the title before the summary; the longest
        name, then the commune before the former district."""
        for text in (title, summary):
            found = self._full_name(text) or self._bare_name(text)
            if found is not None:
                return found
        return None

    def _full_name(self, text: str) -> Place | None:
        line = f" {_lower(text)} "
        hits = [name for name in self._full if f" {name} " in line]
        if not hits:
            return None
        return self._full[max(hits, key=lambda name: (len(name), name))]

    def _bare_name(self, text: str) -> Place | None:
        """Names alone keep their capital letters: "Lam Son", not "lam son"."""
        line = f" {' '.join(words(text))} "
        hits = [name for name in self._bare if f" {name} " in line]
        for name in sorted(hits, key=len, reverse=True):
            places = self._bare[name]
            communes = [place for place in places if place.kind == "commune"]
            chosen = communes or places
            if len(chosen) == 1:
                return chosen[0]
        return None
