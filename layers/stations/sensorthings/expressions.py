"""``$filter`` and ``$orderby``: from text to a tree.

Recursive descent by the precedence of OData 4.01 part 2, 5.1.1.16: unary, ``mul div
mod``, ``add sub``, ``gt ge lt le in``, ``eq ne``, ``and``, ``or``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .faults import Fault, misplaced
from .tokens import LITERALS, Token, literal, split

DEEPEST = 30
WORDS = {"true": True, "false": False, "null": None}
LEVELS = (
    ("or",),
    ("and",),
    ("eq", "ne"),
    ("gt", "ge", "lt", "le", "in"),
    ("add", "sub"),
    ("mul", "div", "mod"),
)


@dataclass(frozen=True, slots=True)
class Literal:
    """``kind`` is that of the token, or boolean, null."""

    value: Any
    kind: str
    at: int


@dataclass(frozen=True, slots=True)
class Path:
    """A property, perhaps behind links and inside of JSON: Datastream/Thing/name."""

    parts: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    args: tuple[Node, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Operation:
    """Of one operand (not) or two; ``in`` has its list on the right."""

    name: str
    operands: tuple[Node, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Listed:
    items: tuple[Literal, ...]
    at: int


Node = Literal | Path | Call | Operation | Listed


class Reader:
    """Tokens of one option, read one after the other."""

    def __init__(self, text: str, option: str, tokens: list[Token] | None = None):
        self.option = option
        self.tokens = split(text, option) if tokens is None else tokens
        self.place = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        found = self.next
        self.place += found.kind != "end"
        return found

    def skip(self, mark: str) -> bool:
        """Whether the next token is this mark; it is taken then."""
        if self.next.kind == "mark" and self.next.text == mark:
            self.place += 1
            return True
        return False

    def expect(self, mark: str) -> None:
        if not self.skip(mark):
            raise self.fault(f"{mark!r} is expected, not {self.found}")

    @property
    def found(self) -> str:
        return repr(self.next.text[:40]) if self.next.kind != "end" else "the end"

    def fault(self, reason: str, at: int | None = None) -> Fault:
        return misplaced(self.option, self.next.at if at is None else at, reason)

    def finish(self) -> None:
        if self.next.kind != "end":
            raise self.fault(f"an operator is expected, not {self.found}")

    def expression(self, level: int = 0) -> Node:
        """An expression of operators from ``level`` on."""
        if level == len(LEVELS):
            return self.unary()
        left = self.expression(level + 1)
        while self.next.kind == "name" and self.next.text in LEVELS[level]:
            token = self.take()
            if token.text == "in":
                right: Node = self.listed()
            else:
                right = self.expression(level + 1)
            left = Operation(token.text, (left, right), token.at)
        return left

    def unary(self) -> Node:
        token = self.next
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.fault("nested too deeply")
        try:
            if token.kind == "name" and token.text == "not":
                self.take()
                return Operation("not", (self.unary(),), token.at)
            if self.skip("-"):
                return Operation("neg", (self.unary(),), token.at)
            return self.primary()
        finally:
            self.depth -= 1

    def primary(self) -> Node:
        if self.skip("("):
            inner = self.expression()
            self.expect(")")
            return inner
        if self.next.kind in LITERALS:
            return self.literal()
        if self.next.kind != "name":
            raise self.fault(f"a property or a value is expected, not {self.found}")
        token = self.take()
        if token.text in WORDS:
            kind = "null" if token.text == "null" else "boolean"
            return Literal(WORDS[token.text], kind, token.at)
        if self.skip("("):
            return Call(token.text, self.arguments(), token.at)
        return self.path(token)

    def literal(self) -> Literal:
        token = self.take()
        return Literal(literal(token, self.option), token.kind, token.at)

    def arguments(self) -> tuple[Node, ...]:
        found: list[Node] = []
        if self.skip(")"):
            return ()
        while True:
            found.append(self.expression())
            if self.skip(")"):
                return tuple(found)
            self.expect(",")

    def listed(self) -> Listed:
        at = self.next.at
        self.expect("(")
        found = []
        while True:
            if self.next.kind not in LITERALS:
                raise self.fault(f"a value is expected, not {self.found}")
            found.append(self.literal())
            if self.skip(")"):
                return Listed(tuple(found), at)
            self.expect(",")

    def path(self, first: Token) -> Path:
        parts = [first.text]
        while self.skip("/"):
            parts.append(self.name())
        return Path(tuple(parts), first.at)

    def name(self) -> str:
        if self.next.kind not in ("name", "number"):
            raise self.fault(f"a name is expected, not {self.found}")
        return self.take().text


def parse_filter(text: str, option: str = "$filter") -> Node:
    reader = Reader(text, option)
    found = reader.expression()
    reader.finish()
    return found


def parse_orders(text: str, option: str = "$orderby") -> tuple[tuple[Node, bool], ...]:
    """Each expression with whether it descends."""
    reader = Reader(text, option)
    found: list[tuple[Node, bool]] = []
    while True:
        node = reader.expression()
        descends = False
        if reader.next.kind == "name" and reader.next.text in ("asc", "desc"):
            descends = reader.take().text == "desc"
        found.append((node, descends))
        if not reader.skip(","):
            break
    reader.finish()
    return tuple(found)
