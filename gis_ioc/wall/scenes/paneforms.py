"""The fields of a pane's options, made from its kind's parameters."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms

from layers.core import paramforms
from layers.core.paramforms import PREFIX
from layers.core.scope import Grant

from .panes import PaneKind
from .services import MOST_MEASURED

# Texts that name something of a list that the page fetches: role of the parameter and
# id of the list.
LISTED = {
    "indicator": "known-indicators",
    "unit": "known-units",
    "number": "known-values",
    "roles": "known-roles",
}


def form_of(kind: PaneKind, options: dict[str, Any], grant: Grant) -> forms.Form:
    """Unbound: the editor asks the check what is wrong with values."""
    schema = kind.options.form_schema()
    made = forms.Form(
        initial=paramforms.initial_of(options), label_suffix="", auto_id="id_%s"
    )
    made.fields |= paramforms.fields_of(schema, partial(_choices, grant))
    for name, part in schema.get("properties", {}).items():
        _dress(made.fields[f"{PREFIX}{name}"], name, part)
    return made


def _dress(field: forms.Field, name: str, part: dict[str, Any]) -> None:
    whole = paramforms.plain(part)
    attrs = field.widget.attrs
    attrs["data-option"] = name
    attrs["data-type"] = whole.get("type", "object")
    if part.get("role") in LISTED:
        attrs["list"] = LISTED[part["role"]]
    if part.get("role") == "layers":
        attrs["data-layers"] = "1"
    if part.get("role") == "feature":
        attrs["data-feature"] = "1"


def _choices(grant: Grant, part: dict[str, Any]) -> list[tuple[str, str]] | None:
    fixed = paramforms.fixed_choices(part)
    if fixed is not None:
        return fixed
    if part.get("role") != "layer":
        return None
    layers = sorted(grant.visible_layers, key=lambda layer: layer.order)
    return [(layer.slug, str(layer.title)) for layer in layers]


def measured_of(found: Any) -> list[dict[str, Any]]:
    """What a browser tells of texts that it drew too small: names and pixels only."""
    kept = []
    for entry in found if isinstance(found, list) else []:
        if not isinstance(entry, dict):
            continue
        px, needed = entry.get("px"), entry.get("needed_px")
        if isinstance(px, int | float) and isinstance(needed, int | float):
            kept.append(
                {
                    "pane": str(entry.get("pane", ""))[:40],
                    "text": str(entry.get("text", ""))[:60],
                    "px": round(float(px), 1),
                    "needed_px": round(float(needed), 1),
                }
            )
    return kept[:MOST_MEASURED]
