"""Pieces of SQL with the kind of value they give, and how kinds become others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from psycopg import sql

from .entities import Binder
from .expressions import Literal

CASTS = {
    "number": "float8", "text": "text", "time": "timestamptz", "date": "date",
    "clock": "time", "duration": "interval", "boolean": "boolean",
    "geometry": "geometry",
}  # fmt: skip
WORDS = {
    "number": "a number", "text": "a text", "time": "a time", "interval": "a time",
    "date": "a date", "clock": "a time of day", "duration": "a duration",
    "boolean": "true or false", "geometry": "a geometry", "json": "JSON",
    "null": "null",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """``literal`` is kept for what can be done faster with a value known before."""

    text: sql.Composable
    kind: str
    at: int
    literal: Any = None
    column: str = ""


def constant(node: Literal, bind: Binder) -> Term:
    """A bound value. Whole numbers stay whole: ids go beyond what floats tell apart."""
    if node.kind == "null":
        return Term(sql.SQL("NULL"), "null", node.at)
    if node.kind == "boolean":
        return Term(sql.SQL("true" if node.value else "false"), "boolean", node.at)
    if node.kind == "interval":
        first, last = (bind(moment) for moment in node.value)
        span = sql.SQL("tstzrange({}::timestamptz, {}::timestamptz, '[]')")
        return Term(span.format(first, last), "interval", node.at, node.value)
    whole = isinstance(node.value, int) and node.kind == "number"
    cast = "bigint" if whole else CASTS[node.kind]
    text = sql.SQL("{}::" + cast).format(bind(node.value))
    return Term(text, node.kind, node.at, node.value)


def become(term: Term, kind: str) -> Term | None:
    """The term as another kind, None when it cannot be."""
    if term.kind in (kind, "null"):
        return replace(term, kind=kind)
    if term.kind == "json":
        return _out_of_json(term, kind)
    if kind == "interval" and term.kind == "time":
        text = sql.SQL("tstzrange({0}, {0}, '[]')").format(term.text)
        return replace(term, text=text, kind=kind)
    if kind == "time" and term.kind == "date":
        text = sql.SQL("({}::timestamp AT TIME ZONE 'UTC')").format(term.text)
        return replace(term, text=text, kind=kind)
    if kind == "geometry" and term.kind == "text":
        return None
    return None


def _out_of_json(term: Term, kind: str) -> Term | None:
    inner = {"number": "number", "boolean": "boolean", "text": "string"}.get(kind)
    if kind in ("time", "date"):
        inner = "string"
    if inner is None or kind in ("geometry", "interval", "duration", "clock"):
        return None
    plain = sql.SQL("({} #>> '{{}}')").format(term.text)
    if kind == "text":
        return replace(term, text=plain, kind=kind)
    if kind in ("time", "date"):
        # only what looks like a date is cast: anything else would fail the statement
        text = sql.SQL(
            "(CASE WHEN {0} ~ '^\\d{{4}}-\\d\\d-\\d\\d"
            "(T[0-9:.]+(Z|[+-]\\d\\d:?\\d\\d))?$'"
            " THEN ({0})::" + CASTS[kind] + " END)"
        ).format(plain)
        return replace(term, text=text, kind=kind)
    text = sql.SQL(
        "(CASE WHEN jsonb_typeof({}) = {} THEN ({})::" + CASTS[kind] + " END)"
    ).format(term.text, sql.Literal(inner), plain)
    return replace(term, text=text, kind=kind)


def agreed(left: Term, right: Term) -> tuple[Term, Term] | None:
    """Both as one kind, so that they can be compared."""
    for kind in dict.fromkeys((right.kind, left.kind, "interval", "time", "text")):
        if kind in ("json", "null"):
            continue
        found = become(left, kind), become(right, kind)
        if found[0] is not None and found[1] is not None:
            return found[0], found[1]
    return None
