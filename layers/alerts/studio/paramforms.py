"""Form fields made from the parameters of a rule kind, and back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError

from layers.alerts.kinds.base import RuleKind
from layers.core.spec import Layer, registry

PREFIX = "p_"
MOMENTS = frozenset({"date", "datetime"})
# Our words for what pydantic finds; anything else is said as it says it.
WORDS = {
    "missing": gettext_lazy("This is needed."),
    "greater_than": gettext_lazy("It must be more than %(gt)s."),
    "greater_than_equal": gettext_lazy("It must be at least %(ge)s."),
    "less_than": gettext_lazy("It must be less than %(lt)s."),
    "less_than_equal": gettext_lazy("It must be at most %(le)s."),
    "finite_number": gettext_lazy("It must be a finite number."),
    "string_pattern_mismatch": gettext_lazy("It must look like %(pattern)s."),
    "string_too_long": gettext_lazy("It has more than %(max_length)s letters."),
    "literal_error": gettext_lazy("It must be one of %(expected)s."),
    "extra_forbidden": gettext_lazy("There is no such parameter."),
}


def schema_of(kind: RuleKind) -> dict[str, Any]:
    """JSON schema of the kind's parameters with titles in the reader's language."""
    found: dict[str, Any] = kind.params.form_schema()
    return found


def fields_of(kind: RuleKind, layer: Layer) -> dict[str, forms.Field]:
    """A form field for every parameter, by its name with ``PREFIX``."""
    schema = schema_of(kind)
    needed = set(schema.get("required", ()))
    return {
        f"{PREFIX}{name}": _field(part, layer, required=name in needed)
        for name, part in schema.get("properties", {}).items()
    }


def _plain(part: dict[str, Any]) -> dict[str, Any]:
    """The part that is not null of an optional parameter, with its bounds."""
    for other in part.get("anyOf", ()):
        if other.get("type") != "null":
            return {**part, **other}
    return part


def _field(part: dict[str, Any], layer: Layer, *, required: bool) -> forms.Field:
    whole = _plain(part)
    unit = whole.get("unit", "")
    title = whole.get("title", "")
    given: dict[str, Any] = {
        "label": f"{title} ({unit})" if unit else title,
        "required": required,
        "help_text": whole.get("description", ""),
        "initial": whole.get("default"),
    }
    choices = _choices(whole, layer)
    if choices is not None:
        if not required and "" not in dict(choices) and given["initial"] in (None, ""):
            choices = [("", "—"), *choices]
        return forms.ChoiceField(choices=choices, **given)
    kind = whole.get("type")
    if kind == "boolean":
        return forms.BooleanField(**{**given, "required": False})
    if kind in ("number", "integer"):
        low, high = whole.get("minimum"), whole.get("maximum")
        made = forms.FloatField if kind == "number" else forms.IntegerField
        return made(
            min_value=low if low is not None else whole.get("exclusiveMinimum"),
            max_value=high if high is not None else whole.get("exclusiveMaximum"),
            **given,
        )
    if kind == "array":
        given["initial"] = ", ".join(map(str, given["initial"] or ()))
    return forms.CharField(max_length=whole.get("maxLength", 2_000), **given)


def _choices(part: dict[str, Any], layer: Layer) -> list[tuple[str, str]] | None:
    """The values of a parameter that has only some; None for any other."""
    if "enum" in part or "const" in part:
        titles = dict(part.get("choices", ()))
        return [(v, titles.get(v, v)) for v in part.get("enum", [part.get("const")])]
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
    found: dict[str, Any] = {}
    for name, part in schema_of(kind).get("properties", {}).items():
        value = values.get(f"{PREFIX}{name}")
        whole = _plain(part)
        if value is None or (value == "" and whole.get("default") != ""):
            continue
        if whole.get("type") == "array":
            value = [text.strip() for text in value.split(",") if text.strip()]
        found[name] = value
    return found


def problems_of(error: ValidationError) -> list[tuple[str, str]]:
    """What is wrong with parameters: name of the field ("" for all), our words."""
    found = []
    for part in error.errors():
        name = str(part["loc"][0]) if part["loc"] else ""
        words = WORDS.get(part["type"])
        text = str(words) % part.get("ctx", {}) if words else part["msg"]
        text = text.removeprefix("Value error, ")
        found.append((f"{PREFIX}{name}" if name else "", _(text) if text else text))
    return found
