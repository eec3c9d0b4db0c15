"""The options of a request: ``$filter $expand $select $orderby $top $skip …``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .entities import Entity, Link
from .expressions import Node, parse_filter, parse_orders
from .faults import Fault, misplaced

DEFAULT_TOP = 100
MOST = {"Observation": 20_000}
MOST_OTHERS = 1_000
DEEPEST = 6
SKIP_MOST = 1_000_000
# Written by this service into nextLink, and read back.
OURS = frozenset({"$skiptoken"})
NAMES = (
    "$filter", "$expand", "$select", "$orderby", "$top", "$skip", "$count",
    "$resultFormat", "$skiptoken",
)  # fmt: skip
FORMATS = ("dataArray", "CSV", "GeoJSON")


@dataclass(frozen=True, slots=True)
class Options:
    """``text`` is the option as it was written, for links that carry it on."""

    filter: Node | None = None
    orders: tuple[tuple[Node, bool], ...] = ()
    select: tuple[str, ...] = ()
    expand: tuple[Expansion, ...] = ()
    top: int = DEFAULT_TOP
    skip: int = 0
    count: bool = False
    form: str = ""
    token: str = ""
    text: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expansion:
    link: Link
    options: Options


def parse(entity: Entity, given: Mapping[str, str], depth: int = 0) -> Options:
    """Check everything that can be checked without data. Raises Fault."""
    unknown = [name for name in given if name.startswith("$") and name not in NAMES]
    if unknown:
        raise Fault(f"unknown option {unknown[0]!r:.40}; there are {', '.join(NAMES)}")
    texts = {name: text for name, text in given.items() if name in NAMES}
    form = texts.get("$resultFormat", "")
    if form and form.casefold() not in [name.casefold() for name in FORMATS]:
        raise Fault(f"$resultFormat must be one of {', '.join(FORMATS)}")
    return Options(
        filter=parse_filter(texts["$filter"]) if texts.get("$filter") else None,
        orders=parse_orders(texts["$orderby"]) if texts.get("$orderby") else (),
        select=_select(entity, texts.get("$select", "")),
        expand=_expand(entity, texts.get("$expand", ""), depth),
        top=_whole(texts, "$top", DEFAULT_TOP, MOST.get(entity.name, MOST_OTHERS)),
        skip=_whole(texts, "$skip", 0, SKIP_MOST, refuse=True),
        count=_flag(texts.get("$count", "false")),
        form=form.casefold(),
        token=texts.get("$skiptoken", ""),
        text=texts,
    )


def _whole(
    texts: Mapping[str, str], name: str, default: int, most: int, refuse: bool = False
) -> int:
    text = texts.get(name, "").strip()
    if not text:
        return min(default, most)
    if not text.isdecimal() or len(text) > 12:
        raise Fault(f"{name} must be a whole number, not {text!r:.40}")
    if refuse and int(text) > most:
        raise Fault(f"{name} is at most {most}; follow @iot.nextLink instead")
    return min(int(text), most)


def _flag(text: str) -> bool:
    if text.strip() not in ("true", "false"):
        raise Fault(f"$count must be true or false, not {text!r:.40}")
    return text.strip() == "true"


def _select(entity: Entity, text: str) -> tuple[str, ...]:
    names = []
    at = 0
    for part in text.split(",") if text.strip() else []:
        name = part.strip()
        name = "id" if name == "@iot.id" else name
        if name not in entity.properties and name not in entity.links:
            known = ", ".join([*entity.properties, *entity.links])
            reason = f"{entity.plural} have no {name!r:.40}; there are {known}"
            raise misplaced("$select", at, reason)
        names.append(name)
        at += len(part) + 1
    return tuple(names)


def _expand(entity: Entity, text: str, depth: int) -> tuple[Expansion, ...]:
    if not text.strip():
        return ()
    if depth >= DEEPEST:
        raise Fault(f"$expand goes deeper than {DEEPEST} levels")
    found: dict[str, Expansion] = {}
    for at, path, inner in _pieces(text):
        link = entity.links.get(path[0])
        if link is None:
            known = ", ".join(entity.links)
            reason = f"{entity.plural} have no link {path[0]!r:.40}; there are {known}"
            raise misplaced("$expand", at, reason)
        if len(path) > 1:
            rest = "/".join(path[1:])
            inner = {"$expand": f"{rest}({_joined(inner)})" if inner else rest}
        options = parse(link.entity, inner, depth + 1)
        before = found.get(link.name)
        if before is not None:
            merged = (*before.options.expand, *options.expand)
            options = replace(before.options, expand=merged)
        found[link.name] = Expansion(link, options)
    return tuple(found.values())


def _joined(options: Mapping[str, str]) -> str:
    return ";".join(f"{name}={text}" for name, text in options.items())


def _pieces(text: str) -> list[tuple[int, list[str], dict[str, str]]]:
    """Place, path and nested options of every item of an expansion."""
    found = []
    for at, piece in _divided(text, ",", 0):
        head, bracket, rest = piece.partition("(")
        inner: dict[str, str] = {}
        if bracket:
            if not rest.rstrip().endswith(")"):
                raise misplaced("$expand", at + len(piece), "')' is expected")
            start = at + len(head) + 1
            for place, option in _divided(rest.rstrip()[:-1], ";", start):
                name, equals, value = option.partition("=")
                if not equals or name.strip() not in NAMES:
                    reason = f"an option such as $top=5 is expected, not {option!r:.40}"
                    raise misplaced("$expand", place, reason)
                inner[name.strip()] = value
        found.append((at, [part.strip() for part in head.split("/")], inner))
    return found


def _divided(text: str, mark: str, start: int) -> list[tuple[int, str]]:
    """Parts between marks that stand outside of brackets and quotes, and where."""
    parts = []
    depth, quoted, begin = 0, False, 0
    for place, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif not quoted:
            depth += (character == "(") - (character == ")")
            if depth < 0:
                raise misplaced("$expand", start + place, "')' was never opened")
            if character == mark and not depth:
                parts.append((start + begin, text[begin:place]))
                begin = place + 1
    if depth or quoted:
        raise misplaced("$expand", start + len(text), "a bracket or quote is open")
    return [*parts, (start + begin, text[begin:])]
