"""The path of a request: ``Things(1)/Datastreams(2)/Observations``."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .entities import BY_PLURAL, Entity, Property
from .faults import Fault, missing
from .options import Options
from .statements import Start

DEEPEST = 12
BIGGEST = 2**63 - 1
_STEP = re.compile(r"(?P<name>[A-Za-z]\w*)(?:\((?P<id>[^()]*)\))?")


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    id: int | None


@dataclass(frozen=True, slots=True)
class Target:
    """What a path leads to.

    A collection when ``many``; else one thing: with ``id``, or the one at the end of
    a link. ``property`` and ``inside`` name a value of it, ``raw`` asks for that value
    alone, ``refs`` for addresses only.
    """

    entity: Entity
    start: Start
    many: bool
    id: int | None = None
    property: Property | None = None
    inside: tuple[str, ...] = ()
    raw: bool = False
    refs: bool = False


def parse(path: str) -> Target:
    """Raises Fault 404 for a path that can lead nowhere. Whether the things on the
    way exist is not looked at, see :func:`starts`."""
    parts = path.strip("/").split("/")
    if len(parts) > DEEPEST:
        raise Fault(f"the path has more than {DEEPEST} steps")
    first = _step(parts[0])
    entity = BY_PLURAL.get(first.name)
    if entity is None:
        known = ", ".join(BY_PLURAL)
        raise Fault(f"no collection {first.name!r:.40}; there are {known}", 404)
    target = Target(entity, Start(), many=first.id is None, id=first.id)
    for place, part in enumerate(parts[1:], 1):
        if part == "$ref" and place == len(parts) - 1:
            return replace(target, refs=True)
        if target.many:
            raise Fault(f"{parts[place - 1]} needs an id before /{part:.40}", 404)
        if part in target.entity.properties or part == "@iot.id":
            return _value(target, parts[place:])
        target = _follow(target, _step(part))
    return target


def _step(text: str) -> Step:
    found = _STEP.fullmatch(text)
    if found is None:
        raise Fault(f"{text!r:.60} is no step of a path", 404)
    number = found["id"]
    if number is None:
        return Step(found["name"], None)
    if not re.fullmatch(r"\d{1,19}", number.strip()) or int(number) > BIGGEST:
        raise Fault(f"ids are whole numbers, {number!r:.40} is none", 404)
    return Step(found["name"], int(number))


def _follow(target: Target, step: Step) -> Target:
    link = target.entity.links.get(step.name)
    if link is None:
        known = ", ".join([*target.entity.properties, *target.entity.links])
        reason = f"{target.entity.plural} have no {step.name!r:.40}; there are {known}"
        raise Fault(reason, 404)
    if step.id is not None and not link.many:
        raise Fault(f"{step.name} leads to one thing and takes no id", 404)
    start = Start(link, target.entity, _known(target))
    return Target(link.entity, start, many=link.many and step.id is None, id=step.id)


def _known(target: Target) -> int:
    """The id of a thing on the way; 0 is filled in by who looks it up."""
    return target.id or 0


def _value(target: Target, parts: list[str]) -> Target:
    name = "id" if parts[0] == "@iot.id" else parts[0]
    inside = parts[1:]
    raw = bool(inside) and inside[-1] == "$value"
    inside = inside[:-1] if raw else inside
    found = target.entity.properties[name]
    if inside and found.kind != "json":
        raise Fault(f"{name} has nothing inside", 404)
    return replace(target, property=found, inside=tuple(inside), raw=raw)


def nothing(entity: Entity, number: int | None) -> Fault:
    name = f"{entity.name}({number})" if number is not None else entity.name
    return missing(name)


NO_OPTIONS = Options(select=("id",))
