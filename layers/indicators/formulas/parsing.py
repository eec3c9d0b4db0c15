"""Text of a formula -> tree. Pure; no Python is ever evaluated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

MAX_DEPTH = 20

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)(?![\w.])|(?P<name>[^\W\d]\w*)"
    r"|\[(?P<text>[^\]]*)\]|(?P<mark>[-+*/(),:]))"
)
# name -> least and most arguments
FUNCTIONS = {
    "per": (2, 3),
    "share": (2, 2),
    "growth": (1, 1),
    "before": (1, 1),
    "sum": (1, 40),
    "mean": (1, 40),
}


class FormulaError(ValueError):
    """``place`` is the position in the text, from 1."""

    def __init__(self, reason: str, place: int) -> None:
        super().__init__(f"{reason} (at character {place})")
        self.place = place


@dataclass(frozen=True, slots=True)
class Ref:
    """A figure that a formula reads: of the period itself, of the same one a year
    ``before``, or (denominators) the ``newest`` one by then."""

    code: str
    facet: str = ""
    before: bool = False
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """``kind``: number, ref, one of ``+ - * /``, ``neg``, or a function's name."""

    kind: str
    args: tuple[Node, ...] = ()
    number: float = 0.0
    ref: Ref = Ref("")
    place: int = 0


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    place: int


@lru_cache(maxsize=1024)
def parse(text: str) -> Node:
    """The tree of a formula. Raises FormulaError."""
    parser = _Parser(text)
    node = parser.expression(0)
    if parser.tokens[0].kind != "end":
        raise parser.unexpected("an operator or the end")
    return node


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[_Token] = []
        place, end = 0, len(text.rstrip())
        while place < end:
            found = _TOKEN.match(text, place)
            if found is None:
                at = place + len(text[place:]) - len(text[place:].lstrip())
                raise FormulaError(f"cannot read {text[at : at + 20]!r}", at + 1)
            kind = str(found.lastgroup)
            self.tokens.append(_Token(kind, found[kind], found.start(kind) + 1))
            place = found.end()
        self.tokens.append(_Token("end", "the end", end + 1))

    def unexpected(self, wanted: str) -> FormulaError:
        token = self.tokens[0]
        return FormulaError(f"{wanted} expected, not {token.text!r}", token.place)

    def next(self, mark: str) -> _Token:
        if self.tokens[0].text != mark or self.tokens[0].kind != "mark":
            raise self.unexpected(repr(mark))
        return self.tokens.pop(0)

    def among(self, *marks: str) -> bool:
        return self.tokens[0].kind == "mark" and self.tokens[0].text in marks

    def expression(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise FormulaError("nested too deeply", self.tokens[0].place)
        node = self.product(depth)
        while self.among("+", "-"):
            token = self.tokens.pop(0)
            node = Node(token.text, (node, self.product(depth)), place=token.place)
        return node

    def product(self, depth: int) -> Node:
        node = self.factor(depth)
        while self.among("*", "/"):
            token = self.tokens.pop(0)
            node = Node(token.text, (node, self.factor(depth)), place=token.place)
        return node

    def factor(self, depth: int) -> Node:
        token = self.tokens[0]
        if depth > MAX_DEPTH:
            raise FormulaError("nested too deeply", token.place)
        if self.among("("):
            self.next("(")
            node = self.expression(depth + 1)
            self.next(")")
            return node
        if self.among("-"):
            self.next("-")
            return Node("neg", (self.factor(depth + 1),), place=token.place)
        if token.kind == "number":
            self.tokens.pop(0)
            return Node("number", number=float(token.text), place=token.place)
        if token.kind != "name":
            raise self.unexpected("a number, a code or a function")
        self.tokens.pop(0)
        if self.among("("):
            return self.function(token, depth)
        return Node("ref", ref=Ref(token.text, self.part()), place=token.place)

    def part(self) -> str:
        if self.tokens[0].kind == "text":
            return self.tokens.pop(0).text.strip()
        if not self.among(":"):
            return ""
        self.next(":")
        if self.tokens[0].kind != "name":
            raise self.unexpected("the name of a part")
        return self.tokens.pop(0).text

    def function(self, name: _Token, depth: int) -> Node:
        if name.text not in FUNCTIONS:
            known = ", ".join(FUNCTIONS)
            raise FormulaError(
                f"no function {name.text!r}; there are {known}", name.place
            )
        self.next("(")
        args = [self.expression(depth + 1)]
        while self.among(","):
            self.next(",")
            args.append(self.expression(depth + 1))
        self.next(")")
        least, most = FUNCTIONS[name.text]
        if not least <= len(args) <= most:
            counts = str(least) if least == most else f"{least} to {most}"
            raise FormulaError(f"{name.text} takes {counts} arguments", name.place)
        if name.text == "per":
            _check_per(args)
        return Node(name.text, tuple(args), place=name.place)


def _check_per(args: list[Node]) -> None:
    if args[1].kind != "ref":
        raise FormulaError("per needs the code of its denominator", args[1].place)
    if len(args) > 2 and args[2].kind != "number":
        raise FormulaError("the scale of per must be a number", args[2].place)
