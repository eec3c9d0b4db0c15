"""The rules of the demo. Alerts are not made up: they arise from what comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.core.spec import Layer, registry

from . import demo_policies
from .models import Rule
from .services import save_rule

if TYPE_CHECKING:
    from fixtures import Demo

TABLE = "alert_rules"
GROUPING = ("group_from", "group_minutes")


def load(demo: Demo) -> int:
    """The rules of ``fixtures/facts/alert_rules.csv`` whose layers are here, and who
    is told of their alerts."""
    demo_policies.load(demo)
    count = 0
    for row in demo.table(TABLE):
        layer = _layer(row["layer"])
        zones = _layer(row["zone_layer"])
        if layer is None or (row["zone_layer"] and zones is None):
            continue
        save_rule(
            Rule(
                slug=row["slug"],
                title=row["title"],
                title_en=row["title_en"],
                kind=row["kind"],
                layer=layer.slug,
                params=_params(row["params"]),
                feature_filter=row["feature_filter"],
                zone_layer=zones.slug if zones else "",
                zone_filter=row["zone_filter"],
                severity=row["severity"],
                legal_basis=row["legal_basis"],
                playbook=row["playbook"],
                grade_of=row["grade_of"],
                group_by=row["group_by"],
                **{name: int(row[name]) for name in GROUPING if row[name]},
            )
        )
        count += 1
    return count


def _layer(name: str) -> Layer | None:
    """A layer by its role, else by its slug."""
    playing = (entry for entry in registry.values() if name in entry.roles)
    return next(playing, registry.get(name))


def _params(text: str) -> dict[str, object]:
    """``minutes=360 until_minutes=14400 on=inside`` as typed values."""
    found: dict[str, object] = {}
    for part in text.split():
        name, _equals, value = part.partition("=")
        try:
            found[name] = float(value)
        except ValueError:
            found[name] = value
    return found
