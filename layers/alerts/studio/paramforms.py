"""Form fields made from the parameters of a rule kind, and back."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from pydantic import ValidationError

from layers.alerts.kinds.base import RuleKind
from layers.core import paramforms
from layers.core.paramforms import PREFIX
from layers.core.spec import Layer, registry

MOMENTS = frozenset({"date", "datetime"})


def schema_of(kind: RuleKind) -> dict[str, Any]:
    """JSON schema of the kind's parameters with titles in the reader's language."""
    found: dict[str, Any] = kind.params.form_schema()
    return found


def fields_of(kind: RuleKind, layer: Layer) -> dict[str, forms.Field]:
    """A form field for every parameter, by its name with ``PREFIX``."""
    return paramforms.fields_of(schema_of(kind), partial(_choices, layer))


def _choices(layer: Layer, part: dict[str, Any]) -> list[tuple[str, str]] | None:
    """The values of a parameter that has only some; None for any other."""
    fixed = paramforms.fixed_choices(part)
    if fixed is not None:
        return fixed
    role = part.get("role", "")
    if role == "moment":
        return [(f.name, str(f.title)) for f in layer.fields if f.type in MOMENTS]
    if role == "layer":
        return [(entry.slug, str(entry.title)) for entry in registry.values()]
    if role == "rule":
        from layers.alerts.models import Rule

        return [(rule.slug, rule.shown_title) for rule in Rule.objects.order_by("slug")]
    return None


def roles_of(kind: RuleKind) -> dict[str, str]:
    """What the text of each parameter names, by the name of its field."""
    properties = schema_of(kind).get("properties", {})
    return {
        f"{PREFIX}{name}": part.get("role", "") for name, part in properties.items()
    }


def params_of(kind: RuleKind, values: dict[str, Any]) -> dict[str, Any]:
    """The parameters that were written; what was left empty is left out."""
    return paramforms.params_of(schema_of(kind), values)


def problems_of(error: ValidationError) -> list[tuple[str, str]]:
    """What is wrong with parameters: name of the field ("" for all), our words."""
    found = paramforms.problems_of(error)
    return [(f"{PREFIX}{name}" if name else "", text) for name, text in found]
