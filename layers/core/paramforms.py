"""Form fields made from parameters that pydantic checks (``shown.Params``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError

PREFIX = "p_"
MOST_LETTERS = 2_000
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
    "string_too_short": gettext_lazy("It has fewer than %(min_length)s letters."),
    "literal_error": gettext_lazy("It must be one of %(expected)s."),
    "extra_forbidden": gettext_lazy("There is no such parameter."),
}

Schema = dict[str, Any]
# The values that a parameter can have, of what its schema says; None: any.
Choices = Callable[[Schema], list[tuple[str, str]] | None]


def fields_of(schema: Schema, choices_of: Choices) -> dict[str, forms.Field]:
    """A form field for every parameter, by its name with ``PREFIX``. What is a
    structure of its own (role ``view``) is JSON in a hidden field."""
    needed = set(schema.get("required", ()))
    return {
        f"{PREFIX}{name}": _field(part, choices_of, required=name in needed)
        for name, part in schema.get("properties", {}).items()
    }


def plain(part: Schema) -> Schema:
    """The part that is not null of an optional parameter, with its bounds."""
    for other in part.get("anyOf", ()):
        if other.get("type") != "null":
            return {**part, **other}
    return part


def fixed_choices(part: Schema) -> list[tuple[str, str]] | None:
    """The values of a parameter that declares them; None for any other."""
    if "enum" not in part and "const" not in part:
        return None
    titles = dict(part.get("choices", ()))
    return [(v, titles.get(v, v)) for v in part.get("enum", [part.get("const")])]


def _field(part: Schema, choices_of: Choices, *, required: bool) -> forms.Field:
    whole = plain(part)
    unit, title = whole.get("unit", ""), whole.get("title", "")
    given: dict[str, Any] = {
        "label": f"{title} ({unit})" if unit else title,
        "required": required,
        "help_text": whole.get("description", ""),
        "initial": whole.get("default"),
    }
    if whole.get("role") == "view":
        return forms.JSONField(widget=forms.HiddenInput, **given)
    choices = choices_of(whole)
    if choices is not None and whole.get("type") != "array":
        if not required and "" not in dict(choices) and given["initial"] in (None, ""):
            choices = [("", "—"), *choices]
        return forms.ChoiceField(choices=choices, **given)
    return _free(whole, given)


def _free(whole: Schema, given: dict[str, Any]) -> forms.Field:
    """A field for a parameter that may have any value of its type."""
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
    if whole.get("role") == "lines":
        given["widget"] = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(max_length=whole.get("maxLength", MOST_LETTERS), **given)


def initial_of(params: dict[str, Any]) -> dict[str, Any]:
    """Parameters as the fields show them."""
    return {
        f"{PREFIX}{name}": ", ".join(value) if isinstance(value, list) else value
        for name, value in params.items()
    }


def params_of(schema: Schema, values: dict[str, Any]) -> dict[str, Any]:
    """The parameters that were written; what was left empty is left out."""
    found: dict[str, Any] = {}
    for name, part in schema.get("properties", {}).items():
        value = values.get(f"{PREFIX}{name}")
        whole = plain(part)
        if value is None or (value == "" and whole.get("default") != ""):
            continue
        if whole.get("type") == "array":
            value = [text.strip() for text in value.split(",") if text.strip()]
        found[name] = value
    return found


def problems_of(error: ValidationError) -> list[tuple[str, str]]:
    """What is wrong with parameters: name of the parameter ("" for all), our words."""
    found = []
    for part in error.errors():
        name = str(part["loc"][0]) if part["loc"] else ""
        words = WORDS.get(part["type"])
        text = str(words) % part.get("ctx", {}) if words else part["msg"]
        text = text.removeprefix("Value error, ")
        found.append((name, _(text) if text else text))
    return found
