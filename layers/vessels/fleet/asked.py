"""The filters of the fleet list: one set for page, export, map and figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import orjson
from django.utils.http import urlencode

from layers.core.queries import FeatureQuery
from layers.vessels.duties.ladder import (
    BROKEN_SILENT,
    OVERDUE,
    SILENT,
    STEPS,
    VIOLATION,
)

SILENCES = (SILENT, VIOLATION, BROKEN_SILENT, OVERDUE)
STATES = ("in_port", "at_sea", "silent", "beyond", "unknown")
# Metres, from and below: the bands of the Law on Fisheries 2017, article 48, and the
# 24 m from which decree 26/2019 asks for more.
LENGTHS: dict[str, tuple[float, float | None]] = {
    "under_12": (0, 12), "12_15": (12, 15), "15_24": (15, 24), "over_24": (24, None),
}  # fmt: skip
PAPERS = ("licence_expired", "licence_soon", "inspection_expired", "inspection_soon")
SOON = timedelta(days=30)
# Nobody writes a port, class … that is longer.
MAX_TEXT = 100
NONE = "-"
# A length just below: what a link to the map can say ends with what it names.
JUST_BELOW = 0.01

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for; "" asks for nothing.

    ``port``, ``gear`` and ``provider`` are names, NONE for those that have none.
    ``register``: "" the register, "all" the strangers too, "missing" those that a
    full register did not hold any more.
    """

    state: str = ""
    step: str = ""
    kind: str = ""
    length: str = ""
    port: str = ""
    gear: str = ""
    provider: str = ""
    papers: str = ""
    register: str = ""
    q: str = ""

    @classmethod
    def read(cls, params: Mapping[str, str]) -> Asked:
        """The parameters of a page; values that mean nothing are left out."""
        given = {
            entry.name: " ".join(params.get(entry.name, "").split())[:MAX_TEXT]
            for entry in fields(cls)
        }
        known = {
            "state": STATES,
            "step": STEPS,
            "length": LENGTHS,
            "papers": PAPERS,
            "register": ("", "all", "missing"),
        }
        for name, values in known.items():
            if given[name] not in values:
                given[name] = ""
        return cls(**given)

    @property
    def values(self) -> dict[str, str]:
        """Only what is asked for, as it stands in the address."""
        named = ((entry.name, getattr(self, entry.name)) for entry in fields(self))
        return {name: value for name, value in named if value}

    @property
    def address(self) -> str:
        return urlencode(self.values)

    def but(self, **changes: str) -> Asked:
        return replace(self, **changes)

    def tree(self, today: date) -> Node:
        """The same as a CQL2 tree over the layer's filter fields, without ``q``."""
        parts = [*_register(self.register), *STATE_TREES.get(self.state, ())]
        if self.step:
            parts.append(_is("ladder_step", self.step))
        if self.length:
            low, high = LENGTHS[self.length]
            parts.append(_op(">=", "length_m", low))
            if high is not None:
                parts.append(_op("<", "length_m", high))
        for column, value in (
            ("vessel_class", self.kind),
            ("home_port", self.port),
            ("gear", self.gear),
            ("vms_provider", self.provider),
        ):
            if value:
                parts.append(_named(column, value))
        parts += _papers(self.papers, today)
        return {"op": "and", "args": parts} if parts else {}

    def query(self, today: date, **more: Any) -> FeatureQuery:
        """For the common reading and exporting of features."""
        tree = self.tree(today)
        text = orjson.dumps(tree).decode() if tree else ""
        return FeatureQuery(filter=text, language="cql2-json" if text else "", **more)

    def map_link(self, slug: str) -> str:
        """The map with the same vessels; "" where its filters cannot say it."""
        if self.q or self.papers or self.register == "missing":
            return ""
        if self.state == "unknown" or NONE in (self.port, self.gear, self.provider):
            return ""
        parts = [] if self.register == "all" else ["registered:!yes"]
        parts += STATE_LINKS.get(self.state, ())
        steps = [self.step] if self.step else []
        if self.state == "silent" and not steps:
            steps = list(SILENCES)
        if self.length:
            low, high = LENGTHS[self.length]
            below = "" if high is None else f"{high - JUST_BELOW:g}"
            parts.append(f"length_m:{low:g}..{below}")
        for column, values in (
            ("ladder_step", steps),
            ("vessel_class", [self.kind]),
            ("home_port", [self.port]),
            ("gear", [self.gear]),
            ("vms_provider", [self.provider]),
        ):
            listed = "|".join(quote(value, safe="") for value in values if value)
            if listed:
                parts.append(f"{column}:{listed}")
        return f"/#layers={slug}" + (f"&f.{slug}={';'.join(parts)}" if parts else "")


def _op(operator: str, column: str, value: Any) -> Node:
    return {"op": operator, "args": [{"property": column}, value]}


def _is(column: str, value: Any) -> Node:
    return _op("=", column, value)


def _named(column: str, value: str) -> Node:
    if value != NONE:
        return _is(column, value)
    nothing: Node = {"op": "isNull", "args": [{"property": column}]}
    return {"op": "or", "args": [_is(column, ""), nothing]}


def _register(asked: str) -> list[Node]:
    if asked == "missing":
        there = {"op": "isNull", "args": [{"property": "missing_since"}]}
        return [{"op": "not", "args": [there]}]
    return [] if asked == "all" else [_is("registered", True)]


def _papers(asked: str, today: date) -> list[Node]:
    if not asked:
        return []
    column, _, when = asked.partition("_")
    end = today + SOON if when == "soon" else today
    parts = [_op("<", f"{column}_expires", {"date": end.isoformat()})]
    if when == "soon":
        parts.append(_op(">=", f"{column}_expires", {"date": today.isoformat()}))
    return parts


STATE_TREES: dict[str, tuple[Node, ...]] = {
    "in_port": (_is("at_sea", False),),
    "at_sea": (_is("at_sea", True),),
    "silent": ({"op": "in", "args": [{"property": "ladder_step"}, list(SILENCES)]},),
    "beyond": (_is("beyond", True),),
    "unknown": ({"op": "isNull", "args": [{"property": "at_sea"}]},),
}
STATE_LINKS: dict[str, tuple[str, ...]] = {
    "in_port": ("at_sea:!no",),
    "at_sea": ("at_sea:!yes",),
    "beyond": ("beyond:!yes",),
}
