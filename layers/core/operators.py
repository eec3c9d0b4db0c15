"""The operators of CQL2 that filters know, and their SQL (OGC 21-065r2)."""

from __future__ import annotations

# Each operator and what it is when its sides change places.
COMPARISONS = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
SPATIAL = {
    f"s_{name}": f"ST_{name.capitalize()}"
    for name in (
        "contains",
        "crosses",
        "disjoint",
        "equals",
        "intersects",
        "overlaps",
        "touches",
        "within",
    )
}
# What must hold of the begins (b) and ends (e) of two spans; an instant is both.
TEMPORAL = {
    "t_after": "{b1} > {e2}",
    "t_before": "{e1} < {b2}",
    "t_contains": "{b1} < {b2} AND {e1} > {e2}",
    "t_disjoint": "({e1} < {b2} OR {b1} > {e2})",
    "t_during": "{b1} > {b2} AND {e1} < {e2}",
    "t_equals": "{b1} = {b2} AND {e1} = {e2}",
    "t_finishedby": "{b1} < {b2} AND {e1} = {e2}",
    "t_finishes": "{b1} > {b2} AND {e1} = {e2}",
    "t_intersects": "{b1} <= {e2} AND {e1} >= {b2}",
    "t_meets": "{e1} = {b2}",
    "t_metby": "{b1} = {e2}",
    "t_overlappedby": "{b1} > {b2} AND {b1} < {e2} AND {e1} > {e2}",
    "t_overlaps": "{b1} < {b2} AND {e1} > {b2} AND {e1} < {e2}",
    "t_startedby": "{b1} = {b2} AND {e1} > {e2}",
    "t_starts": "{b1} = {b2} AND {e1} < {e2}",
}
FOLDS = {"casei": "lower({}::text)", "accenti": "unaccent({}::text)"}
