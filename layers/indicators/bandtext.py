"""Reading the texts of bands: what green, amber and red mean. Pure.

::

    band   = test {"or" test} [";" remark] ["(" remark ")"]
    test   = compare | range | number | around | offset | "missed" | "above"
    compare= ("<" | "<=" | ">" | ">=") (term | number "%" "yoy") ["/" compare]
           | "yearly cut" (">" | ">=") "plan"
    range  = term ("-" | "..") term
    around = "+-" number "%" "yoy"
    offset = ("+" | "-") number ["%"]
    term   = number | [number "*"] name [("+" | "-") number ("pt" | "sd" | "")]
    name   = "plan" | "pro-rata" ["of" number] | "national" ["average"]
           | [number "y"] "mean" | "limit" | "I" | "II" | "III"

A comparison with ``/`` gives one bound for each part of the indicator, in order.
Where green names a comparand, the other two may leave it out: ``>=0.9`` beside
``>=pro-rata`` is nine tenths of it (numbers up to 2), ``-0.3`` beside ``>=national``
reaches 0.3 below it. ``missed`` and ``above`` are what the better bands leave.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf

# A number beside a band that names a comparand is a multiple of it up to this.
MOST_RATIO = 2.0
REST = ("missed", "above")

_TOKEN = re.compile(
    r"\s*(?:(?P<cut>yearly cut)|(?P<op><=|>=|<|>)|(?P<around>\+-)|(?P<dots>\.\.)"
    r"|(?P<name>pro-rata(?: of \d+(?:\.\d+)?)?|plan|national(?: average)?"
    r"|(?:\d+y )?mean|limit|I{1,3}(?![A-Za-z])|yoy|missed|above)"
    r"|(?P<num>\d+(?:\.\d+)?)|(?P<mark>[-+*/%]|pt|sd))"
)
_REMARK = re.compile(r"\([^)]*\)|;.*$|/\d+\s*h\b")


class BandError(ValueError):
    """The text is no band; the message names the text and the place."""


@dataclass(frozen=True, slots=True)
class Term:
    """``factor`` × the comparand ``name`` + ``offset`` (in standard deviations where
    ``sd``); without a name the number ``offset`` itself."""

    name: str = ""
    factor: float = 1.0
    offset: float = 0.0
    sd: bool = False

    def value(self, known: Mapping[str, float]) -> float | None:
        """In the unit of the figure; None when the comparand is not known."""
        if not self.name:
            return self.offset
        base = known.get(self.name)
        step = known.get("sd") if self.sd else 1.0
        if base is None or step is None:
            return None
        # a tenth above a negative number is nearer to zero; values have 4 decimals
        return round(base + (self.factor - 1) * abs(base) + self.offset * step, 9)


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``low`` to ``high``; None is open to that side."""

    low: Term | None = None
    high: Term | None = None
    low_open: bool = False
    high_open: bool = False

    def bounds(self, known: Mapping[str, float]) -> Bounds | None:
        low = -inf if self.low is None else self.low.value(known)
        high = inf if self.high is None else self.high.value(known)
        if low is None or high is None:
            return None
        return Bounds(low, high, self.low_open, self.high_open)


@dataclass(frozen=True, slots=True)
class Bounds:
    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    def holds(self, value: float) -> bool:
        above = value > self.low if self.low_open else value >= self.low
        below = value < self.high if self.high_open else value <= self.high
        return above and below

    def cuts(self, other: Bounds) -> bool:
        """Has an end inside of the other."""
        return any(other.low < end < other.high for end in (self.low, self.high))


@dataclass(frozen=True, slots=True)
class Band:
    """``parts`` holds the intervals for each part, usually for one; empty is the
    rest that the better bands leave."""

    text: str
    parts: tuple[tuple[Interval, ...], ...]

    @property
    def terms(self) -> list[Term]:
        ends = [end for part in self.parts for i in part for end in (i.low, i.high)]
        return [end for end in ends if end is not None]

    @property
    def name(self) -> str:
        """The comparand that it names; "" when it is made of numbers."""
        return next((term.name for term in self.terms if term.name), "")


def parse(text: str, anchor: Band | None = None) -> Band | None:
    """The band of a text; None for an empty one. ``anchor`` is the green band,
    which an offset or a bare ratio is measured from.

    Raises BandError.
    """
    plain = _REMARK.sub("", text).strip()
    if not plain:
        return None
    if plain in REST:
        return Band(text, ())
    tests = [_Parser(part, text).test(anchor) for part in plain.split(" or ")]
    count = max(map(len, tests))
    if {len(test) for test in tests} - {1, count}:
        raise BandError(f"parts do not match in {text!r}")
    parts = tuple(
        tuple(test[n if len(test) > 1 else 0] for test in tests) for n in range(count)
    )
    return Band(text, parts)


class _Parser:
    """One test of a band; ``test`` gives an interval for each part."""

    def __init__(self, plain: str, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str]] = []
        place, end = 0, len(plain.rstrip())
        while place < end:
            found = _TOKEN.match(plain, place)
            if found is None:
                raise BandError(f"cannot read {plain[place:]!r} in {text!r}")
            self.tokens.append((str(found.lastgroup), found[found.lastgroup or 0]))
            place = found.end()

    def peek(self, *wanted: str, ahead: int = 0) -> bool:
        if ahead >= len(self.tokens):
            return False
        kind, token = self.tokens[ahead]
        return kind in wanted or token in wanted

    def take(self, *wanted: str) -> str:
        if not self.peek(*wanted):
            found = self.tokens[0][1] if self.tokens else "the end"
            raise BandError(
                f"{' or '.join(wanted)} expected, {found!r} in {self.text!r}"
            )
        return self.tokens.pop(0)[1]

    def test(self, anchor: Band | None) -> tuple[Interval, ...]:
        found = self._test(anchor)
        if self.tokens:
            raise BandError(f"cannot read {self.tokens[0][1]!r} in {self.text!r}")
        return found

    def _test(self, anchor: Band | None) -> tuple[Interval, ...]:
        if self.peek("cut"):
            self.take("cut")
            operator = self.take(">=", ">")
            self.take("plan")
            return (Interval(high=Term("cut"), high_open=operator == ">"),)
        if self.peek("around"):
            self.take("around")
            share = self.share()
            return (Interval(Term("yoy", 1 - share), Term("yoy", 1 + share)),)
        if self.peek("op"):
            found = [self.compare(anchor)]
            while self.peek("/"):
                self.take("/")
                found.append(self.compare(anchor))
            return tuple(found)
        relative = anchor is not None and (anchor.name or self.peek("%", ahead=2))
        if self.peek("+", "-") and anchor is not None and relative:
            return self.beside(anchor)
        return (self.range(),)

    def compare(self, anchor: Band | None) -> Interval:
        operator = self.take("op")
        bound = self.bound(anchor)
        if operator in ("<", "<="):
            return Interval(high=bound, high_open=operator == "<")
        return Interval(low=bound, low_open=operator == ">")

    def bound(self, anchor: Band | None) -> Term:
        if self.peek("%", ahead=1) or self.peek("%", ahead=2):
            sign = self.sign()
            return Term("yoy", 1 + sign * self.share())
        signed = self.peek("+", "-")
        sign = self.sign()
        term = self.term()
        if term.name or anchor is None or not anchor.name:
            return replace(term, offset=sign * term.offset) if signed else term
        if signed:
            return Term(anchor.name, offset=sign * term.offset)
        if term.offset <= MOST_RATIO:
            return Term(anchor.name, term.offset)
        return term

    def beside(self, anchor: Band) -> tuple[Interval, ...]:
        """From the bound of green outwards, for each of its parts."""
        sign, size = self.sign(), float(self.take("num"))
        share = self.peek("%") and bool(self.take("%"))
        found = []
        for part in anchor.parts:
            edge = part[0].high or part[0].low
            if edge is None:
                raise BandError(f"nothing to measure {self.text!r} from")
            if share and edge.name:
                far = replace(edge, factor=edge.factor + sign * size / 100)
            elif share:
                far = Term(offset=edge.offset + sign * size / 100 * abs(edge.offset))
            else:
                far = replace(edge, offset=edge.offset + sign * size)
            found.append(Interval(edge, far) if sign > 0 else Interval(far, edge))
        return tuple(found)

    def range(self) -> Interval:
        sign, low = self.sign(), self.term()
        low = low if low.name else replace(low, offset=sign * low.offset)
        if not self.tokens:
            return Interval(low, low)
        self.take("-", "dots")
        high = self.term()
        if high.name and not low.name:  # 0.8-1*limit
            low = Term(high.name, low.offset)
        return Interval(low, high)

    def term(self) -> Term:
        factor = 1.0
        if self.peek("num"):
            number = float(self.take("num"))
            if not self.peek("*"):
                return Term(offset=number)
            self.take("*")
            factor = number
        name = self.take("name")
        if self.peek("+", "-") and self.peek("num", ahead=1):
            sign, size = self.sign(), float(self.take("num"))
            mark = self.take("pt", "sd") if self.peek("pt", "sd") else ""
            return Term(_key(name), factor, sign * size, sd=mark == "sd")
        return Term(_key(name), factor)

    def sign(self) -> int:
        if self.peek("+", "-"):
            return -1 if self.take("+", "-") == "-" else 1
        return 1

    def share(self) -> float:
        size = float(self.take("num"))
        self.take("%")
        self.take("yoy")
        return size / 100


def _key(name: str) -> str:
    """``national average`` -> ``national``, ``5y mean`` -> ``mean``."""
    if name.endswith("mean"):
        return "mean"
    return name.split(" ")[0]
