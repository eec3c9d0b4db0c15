"""The rules of the demo. Alerts are not made up: they arise from what comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.core.spec import Layer, registry

from .models import Rule
from .services import save_rule

if TYPE_CHECKING:
    from fixtures import Demo

TABLE = "alert_rules"


def load(demo: Demo) -> int:
    """The rules of ``fixtures/facts/alert_rules.csv`` whose layers are here."""
    count = 0
    for row in demo.table(TABLE):
        layer = _role(row["layer_role"])
        zones = _role(row["zone_role"])
        if layer is None or (row["zone_role"] and zones is None):
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
            )
        )
        count += 1
    return count


def _role(role: str) -> Layer | None:
    return next((entry for entry in registry.values() if role in entry.roles), None)


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
