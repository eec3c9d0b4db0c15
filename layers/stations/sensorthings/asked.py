"""A filter on observations taken apart: series, time, and all the rest."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from .expressions import Call, Literal, Node, Operation, Path

IDS = 2**32


@dataclass(slots=True)
class Asked:
    """A filter taken apart: what is about the series, about time, about the rest.
    ``since`` and ``until`` are both included."""

    series: list[Node] = field(default_factory=list)
    rest: list[Node] = field(default_factory=list)
    since: datetime | None = None
    until: datetime | None = None


def take_apart(node: Node | None) -> Asked:
    """The parts of a filter that hold all together (``and``)."""
    asked = Asked()
    for part in _parts(node):
        paths = _paths(part)
        if paths and all(p.parts[0] == "Datastream" and p.parts[1:] for p in paths):
            asked.series.append(_without_first(part))
        elif not _time(part, asked):
            asked.rest.append(part)
            _series_of_id(part, asked)
    return asked


def _parts(node: Node | None) -> list[Node]:
    if node is None:
        return []
    if isinstance(node, Operation) and node.name == "and":
        return [found for operand in node.operands for found in _parts(operand)]
    return [node]


def _children(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Operation):
        return node.operands
    return node.args if isinstance(node, Call) else ()


def _paths(node: Node) -> list[Path]:
    if isinstance(node, Path):
        return [node]
    return [path for child in _children(node) for path in _paths(child)]


def _without_first(node: Node) -> Node:
    if isinstance(node, Path):
        return replace(node, parts=node.parts[1:])
    if isinstance(node, Operation):
        return replace(node, operands=tuple(map(_without_first, node.operands)))
    if isinstance(node, Call):
        return replace(node, args=tuple(map(_without_first, node.args)))
    return node


def _comparison(node: Node, name: str) -> tuple[str, Literal] | None:
    """Sign and value of ``<name> <sign> <value>``, either way round."""
    if not isinstance(node, Operation) or len(node.operands) != 2:
        return None
    turned = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}
    left, right = node.operands
    sign = node.name
    if isinstance(left, Literal):
        left, right, sign = right, left, turned.get(sign, sign)
    names = (name, "@iot.id") if name == "id" else (name,)
    plain = isinstance(left, Path) and left.parts in [(one,) for one in names]
    return (sign, right) if plain and isinstance(right, Literal) else None


def _time(node: Node, asked: Asked) -> bool:
    """Whether it is a bound of phenomenonTime; it is noted then. Times of values are
    whole microseconds, so that an open bound is the next one."""
    found = _comparison(node, "phenomenonTime")
    if found is None or found[1].kind != "time":
        return False
    sign, moment = found[0], found[1].value
    step = timedelta(microseconds=1)
    if sign in ("ge", "gt", "eq"):
        low = moment + step if sign == "gt" else moment
        asked.since = max(filter(None, (asked.since, low)))
    if sign in ("le", "lt", "eq"):
        high = moment - step if sign == "lt" else moment
        asked.until = min(filter(None, (asked.until, high)))
    return sign in ("ge", "gt", "le", "lt", "eq")


def _series_of_id(node: Node, asked: Asked) -> None:
    """The id of an observation says which series it belongs to."""
    found = _comparison(node, "id")
    if found and found[0] == "eq" and isinstance(found[1].value, int):
        number = replace(found[1], value=found[1].value // IDS)
        path = Path(("id",), node.at)
        asked.series.append(Operation("eq", (path, number), node.at))
