"""Text messages: alphabets, parts and shortening (3GPP TS 23.038 and 23.040)."""

from __future__ import annotations

import unicodedata
from typing import Literal

# The basic alphabet takes one septet a letter, the extension two.
BASIC = frozenset(
    "@\u00a3$\u00a5\u00e8\u00e9\u00f9\u00ec\u00f2\u00c7\n\u00d8\u00f8\r\u00c5\u00e5"
    "\u0394_\u03a6\u0393\u039b\u03a9\u03a0\u03a8\u03a3\u0398\u039e\u00c6\u00e6\u00df"
    "\u00c9 !\"#\u00a4%&'()*+,-./0123456789:;<=>?\u00a1ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "\u00c4\u00d6\u00d1\u00dc\u00a7\u00bfabcdefghijklmnopqrstuvwxyz"
    "\u00e4\u00f6\u00f1\u00fc\u00e0"
)
EXTENSION = frozenset("\f^{}\\[~]|\u20ac")
ELLIPSIS = "..."
Alphabet = Literal["gsm", "ucs2"]
# (alone, as one of several): these carry a header.
ROOM = {"gsm": (160, 153), "ucs2": (70, 67)}
# Signs that people type and the alphabet lacks.
PLAIN = str.maketrans(
    {
        "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u00b7": "-", "\u2022": "-",
        "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2026": "...",
        "\u00a0": " ", "\u2192": "->", "\u2265": ">=", "\u2264": "<=", "\u00d7": "x",
        "\u0111": "d", "\u0110": "D", "\u00b5": "u", "\u00b3": "3", "\u00b2": "2",
        "\u00b0": " ",
    }
)  # fmt: skip


def without_marks(text: str) -> str:
    """Vietnamese without its diacritics: 160 letters a part instead of 70."""
    spread = unicodedata.normalize("NFD", text.translate(PLAIN))
    return "".join(sign for sign in spread if not unicodedata.combining(sign))


def alphabet(text: str) -> Alphabet:
    return "gsm" if all(c in BASIC or c in EXTENSION for c in text) else "ucs2"


def length(text: str, kind: Alphabet) -> int:
    """In septets, or in UTF-16 units: what the network counts."""
    if kind == "gsm":
        return sum(2 if sign in EXTENSION else 1 for sign in text)
    return len(text.encode("utf-16-le")) // 2


def parts(text: str) -> int:
    """How many messages the network makes of it; a sign is never cut in two."""
    kind = alphabet(text)
    alone, each = ROOM[kind]
    if length(text, kind) <= alone:
        return 1
    count, used = 1, 0
    for sign in text:
        size = length(sign, kind)
        if used + size > each:
            count, used = count + 1, 0
        used += size
    return count


def shorten(text: str, most: int) -> str:
    """The text cut, at a word if one ends near, so that it has at most ``most``
    parts."""
    if parts(text) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if parts(text[:middle] + ELLIPSIS) <= most:
            low = middle
        else:
            high = middle - 1
    cut = text[:low]
    word = cut.rfind(" ")
    if word > len(cut) - 20:
        cut = cut[: max(word, 0)]
    return cut.rstrip(" ,;:.-") + ELLIPSIS
