"""Names and registration numbers as people and transponders write them.

A fishing vessel's number is the letters of a province, five digits (four on old
boats) and TS: ``TH-93388-TS``. The letters are those of the provinces of before
July 2025; they name no administrative unit any more. AIS has six bits a letter, no
diacritics, twenty places and no discipline, so a name may hold the number damaged,
cut off or among other things. A number alone never identifies a boat.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from fixtures.tables import table

AIS_PLACES = 20
MAX_HINTS = 4
D_STROKE = str.maketrans({"\u0110": "D", "\u0111": "d"})
# What separates the parts of a number.
GAP = r"[\s.\-_/\u2010-\u2015]*"
STRICT = re.compile(rf"([A-Z]{{1,3}}){GAP}(\d{{4,5}}){GAP}(TS)?")
# A run of exactly five digits, where O and I may stand for 0 and 1.
LOOSE = re.compile(rf"(?:([A-Z]+){GAP})?(?<![\dOI])(\d[\dOI]{{4}})(?!\d){GAP}(TS)?")
CUT_OFF = re.compile(rf"([A-Z]+){GAP}(\d{{3,4}})$")
DIGIT_LIKE = str.maketrans("OI", "01")
BLANKS = re.compile(r"[^A-Z0-9]+")


@dataclass(frozen=True, slots=True)
class Registration:
    """A whole number. ``code`` as the law spells it, with its diacritics and case."""

    code: str
    number: str

    @property
    def text(self) -> str:
        return f"{self.code}-{self.number}-TS"

    @property
    def key(self) -> str:
        """``BD94555TS``: what equal numbers share, however they are written."""
        return f"{fold(self.code)}{self.number}TS"


@dataclass(frozen=True, slots=True)
class Hint:
    """What a heard name may hold of a number.

    ``code`` is folded and "" when unreadable. ``number`` is shorter than five digits
    when it was cut off. ``whole``: letters of a province, digits and TS all there.
    """

    code: str
    number: str
    whole: bool = False

    @property
    def key(self) -> str:
        """The key of the number meant, "" unless letters and digits are there."""
        complete = self.code and len(self.number) == 5
        return f"{self.code}{self.number}TS" if complete else ""


def fold(text: str) -> str:
    """Upper-case, without diacritics, as a transponder would write it."""
    parts = unicodedata.normalize("NFD", text.translate(D_STROKE))
    return "".join(c for c in parts if not unicodedata.combining(c)).upper()


def squeeze(text: str) -> str:
    """Folded letters and digits with single blanks between: for comparing names."""
    return BLANKS.sub(" ", fold(text)).strip()


@cache
def codes() -> dict[str, str]:
    """Folded letters -> letters as the law spells them."""
    return {fold(row["code"]): row["code"] for row in table("registration_codes")}


def parse(text: str) -> Registration | None:
    """The number that ``text`` is, whatever stands between its parts.

    None when it is something else or the letters are of no province.
    """
    found = STRICT.fullmatch(fold(text).strip())
    if found is None or found[1] not in codes():
        return None
    return Registration(codes()[found[1]], found[2])


def key_of(text: str) -> str:
    """The key of any registration, of another pattern too: foreign ones, old ones."""
    found = parse(text)
    return found.key if found else BLANKS.sub("", fold(text))


def hints(name: str) -> list[Hint]:
    """Numbers that a heard name may hold, the most complete first."""
    folded = fold(name).strip()
    found = dict.fromkeys(_hints(folded))
    return sorted(found, key=lambda h: (not h.whole, not h.key, -len(h.number)))[
        :MAX_HINTS
    ]


def _hints(folded: str) -> Iterator[Hint]:
    for match in LOOSE.finditer(folded):
        letters, digits, ts = match.groups()
        number = digits.translate(DIGIT_LIKE)
        code = _code(letters or "")
        if digits != number and not code:
            continue  # letters of some other word
        yield Hint(code, number, whole=bool(code and ts and digits == number))
    cut = CUT_OFF.search(folded)
    if cut and (code := _code(cut[1])):
        yield Hint(code, cut[2])


def _code(letters: str) -> str:
    """The province that stands right before the digits, behind other letters."""
    for size in (3, 2):
        if letters[-size:] in codes() and len(letters) >= size:
            return letters[-size:]
    return ""


def spellings(text: str) -> list[str]:
    """Other ways to write what somebody searches for: the numbers in it."""
    found = []
    for hint in hints(text):
        found += [hint.key] if hint.key else []
        found += [hint.number] if len(hint.number) == 5 else []
    return [spelling for spelling in dict.fromkeys(found) if spelling != text]
