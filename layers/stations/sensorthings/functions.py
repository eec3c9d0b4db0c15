"""Functions of ``$filter``: SensorThings 1.1, section 9.3.3.5.2 (table 25).

A signature lists the kinds of arguments: n number, s text, t time, i time or interval,
d date, c clock, g geometry, l duration; the template has a slot for each.
"""

from __future__ import annotations

from dataclasses import dataclass

KINDS = {
    "n": "number", "s": "text", "t": "time", "i": "interval", "d": "date",
    "c": "clock", "g": "geometry", "l": "duration", "b": "boolean",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Function:
    """``args`` by the letters of :data:`KINDS`; of the optional ones there may be
    fewer: ``templates`` has one text for every number of arguments."""

    args: str
    gives: str
    templates: dict[int, str]


def _one(args: str, gives: str, template: str) -> Function:
    return Function(args, gives, {len(args): template})


def _part(field: str) -> Function:
    text = f"floor(extract({field} FROM {{}} AT TIME ZONE 'UTC'))::float8"
    return _one("t", "number", text)


def _shape(name: str) -> Function:
    return _one("gg", "boolean", f"{name}({{}}, {{}})")


FUNCTIONS: dict[str, Function] = {
    # text
    "substringof": _one("ss", "boolean", "strpos({1}, {0}) > 0"),
    "contains": _one("ss", "boolean", "strpos({0}, {1}) > 0"),
    "startswith": _one("ss", "boolean", "starts_with({}, {})"),
    "endswith": _one("ss", "boolean", "right({0}, length({1})) = {1}"),
    "length": _one("s", "number", "length({})::float8"),
    "indexof": _one("ss", "number", "(strpos({}, {}) - 1)::float8"),
    "substring": Function(
        "snn",
        "text",
        {
            2: "substr({0}, 1 + greatest({1}, 0)::int)",
            3: "substr({0}, 1 + greatest({1}, 0)::int, greatest({2}, 0)::int)",
        },
    ),
    "tolower": _one("s", "text", "lower({})"),
    "toupper": _one("s", "text", "upper({})"),
    "trim": _one("s", "text", "btrim({})"),
    "concat": _one("ss", "text", "({} || {})"),
    # times
    "year": _part("year"),
    "month": _part("month"),
    "day": _part("day"),
    "hour": _part("hour"),
    "minute": _part("minute"),
    "second": _part("second"),
    "fractionalseconds": _one(
        "t", "number", "(extract(second FROM {0}) % 1)::float8".replace("%", "%%")
    ),
    "date": _one("t", "date", "({} AT TIME ZONE 'UTC')::date"),
    "time": _one("t", "clock", "({} AT TIME ZONE 'UTC')::time"),
    "totaloffsetminutes": _one("t", "number", "({0} IS NOT NULL)::int::float8 * 0"),
    "now": _one("", "time", "now()"),
    "mindatetime": _one("", "time", "'-infinity'::timestamptz"),
    "maxdatetime": _one("", "time", "'infinity'::timestamptz"),
    # spans: an instant is a span without length
    "before": _one("ii", "boolean", "upper({0}) < lower({1})"),
    "after": _one("ii", "boolean", "lower({0}) > upper({1})"),
    "meets": _one(
        "ii", "boolean", "(upper({0}) = lower({1}) OR lower({0}) = upper({1}))"
    ),
    "during": _one("ii", "boolean", "{0} <@ {1}"),
    "overlaps": _one("ii", "boolean", "{0} && {1}"),
    "starts": _one("ii", "boolean", "lower({0}) = lower({1})"),
    "finishes": _one("ii", "boolean", "upper({0}) = upper({1})"),
    # numbers
    "round": _one("n", "number", "round(({})::numeric)::float8"),
    "floor": _one("n", "number", "floor({})"),
    "ceiling": _one("n", "number", "ceil({})"),
    # geometry; lengths and distances are in degrees, as other servers give them
    "geo.distance": _one("gg", "number", "ST_Distance({}, {})"),
    "geo.length": _one("g", "number", "ST_Length({})"),
    "geo.intersects": _shape("ST_Intersects"),
    "st_equals": _shape("ST_Equals"),
    "st_disjoint": _shape("ST_Disjoint"),
    "st_touches": _shape("ST_Touches"),
    "st_within": _shape("ST_Within"),
    "st_overlaps": _shape("ST_Overlaps"),
    "st_crosses": _shape("ST_Crosses"),
    "st_intersects": _shape("ST_Intersects"),
    "st_contains": _shape("ST_Contains"),
    "st_relate": _one("ggs", "boolean", "ST_Relate({}, {}, {})"),
}
