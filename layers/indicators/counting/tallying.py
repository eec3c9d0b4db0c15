"""The sums of a rule over the rows of each unit."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import connection
from psycopg import sql

from layers.core import params, queries, units
from layers.core.db import execute
from layers.core.params import Wanted
from layers.core.scope import condition, everything

from .rules import Rule, Tally


def tallies(
    rule: Rule, since: datetime | None = None, until: datetime | None = None
) -> dict[int, Tally]:
    """The sums over the rows of each unit, those of a unit's parts included.
    ``since`` and ``until`` bound the layer's time, both included."""
    own = _own_tallies(rule, since, until)
    tree = units.tree()
    whole: dict[int, list[float]] = defaultdict(lambda: [0.0] * width(rule))
    for unit_id, sums in own:
        for node in tree.ancestors(unit_id):
            whole[node.id] = [a + b for a, b in zip(whole[node.id], sums, strict=True)]
    return {unit_id: tuple(sums) for unit_id, sums in whole.items()}


def width(rule: Rule) -> int:
    return 2 + 2 * len(rule.fields)


def _own_tallies(
    rule: Rule, since: datetime | None, until: datetime | None
) -> list[tuple[int, list[float]]]:
    layer = rule.layer
    source, values = queries.relation(layer, None)
    scoped, scope_values = condition(layer, everything())
    span, span_values = params.condition(layer, Wanted(since=since, until=until))
    kept, kept_values = params.condition(
        layer, Wanted(filter=rule.filter, since=since, until=until)
    )
    columns = []
    for name in rule.fields:
        field = sql.Identifier(name)
        columns += [
            sql.SQL("coalesce(sum({}) FILTER (WHERE kept), 0)").format(field),
            sql.SQL("count({}) FILTER (WHERE kept)").format(field),
        ]
    statement = sql.SQL(
        "SELECT unit, count(*) FILTER (WHERE kept), count(*){columns}"
        " FROM (SELECT {unit} AS unit, ({kept}) IS TRUE AS kept{fields}"
        " FROM {source} AS f WHERE {scoped} AND ({span})) AS rows"
        " WHERE unit IS NOT NULL GROUP BY unit"
    ).format(
        columns=sql.SQL("").join(sql.SQL(", {}").format(c) for c in columns),
        unit=sql.Identifier(layer.scope.column),
        kept=kept,
        fields=sql.SQL("").join(
            sql.SQL(", {}").format(sql.Identifier(name))
            for name in dict.fromkeys(rule.fields)
        ),
        source=source,
        scoped=scoped,
        span=span,
    )
    bound = [*kept_values, *values, *scope_values, *span_values]
    with connection.cursor() as cursor:
        execute(cursor, statement, bound)
        return [(row[0], [float(v) for v in row[1:]]) for row in cursor.fetchall()]
