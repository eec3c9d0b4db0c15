"""A rule as plain data: what drafts, back-tests and comparisons of versions hold."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from layers.alerts.kinds import kinds
from layers.alerts.models import Rule
from layers.core.spec import registry

from .trial import rule_of

FIELDS = (
    "slug", "title", "title_en", "kind", "layer", "params", "feature_filter",
    "parts", "zone_layer", "zone_filter", "zone_id", "severity", "legal_basis",
    "playbook", "instruction", "grade_of", "group_by", "group_from", "group_minutes",
    "enabled",
)  # fmt: skip
# Codes that addresses of the studio use themselves.
RESERVED = frozenset({"new", "drafts", "tests", "trials"})
# Of the values of fields that are no text.
TYPES: dict[str, type] = {
    "params": dict, "enabled": bool, "zone_id": int, "group_from": int,
    "group_minutes": int,
}  # fmt: skip
# What a back-test has nothing to say about.
WORDS = frozenset(
    {"slug", "title", "title_en", "legal_basis", "playbook", "instruction",
     "grade_of", "group_by", "group_from", "group_minutes"}
)  # fmt: skip


def of_rule(rule: Any) -> dict[str, Any]:
    """The body of a rule, or of one of its versions."""
    return {name: getattr(rule, name) for name in FIELDS}


def blank(kind: str, layer: str) -> dict[str, Any]:
    """The body of a new rule before anybody has written anything."""
    return of_rule(Rule(kind=kind, layer=layer))


def check(body: dict[str, Any], pk: int | None = None) -> Rule:
    """The rule of the body, not stored. Raises ValidationError, field by field."""
    wrong = [name for name in FIELDS if not _of_its_type(name, body.get(name))]
    if wrong:
        raise ValidationError(dict.fromkeys(wrong, _("It is of the wrong type.")))
    if body.get("slug") in RESERVED:
        raise ValidationError({"slug": _("The code is taken.")})
    rule = rule_of(body, pk)
    rule.full_clean(exclude=["version"])
    _must_fit(rule)
    return rule


def _of_its_type(name: str, value: Any) -> bool:
    """Whether a value can be one of the field at all: bodies come as JSON, too."""
    if value is None:  # what may not be empty is said by the field itself
        return name != "params"
    if name == "parts":
        return isinstance(value, list) and all(isinstance(v, str) for v in value)
    if isinstance(value, bool):
        return name == "enabled"
    return isinstance(value, TYPES.get(name, str))


def _must_fit(rule: Rule) -> None:
    """What the kind needs, the layer must declare. Raises ValidationError."""
    if rule.layer not in registry:
        words = _("There is no layer “%(layer)s”.") % {"layer": rule.layer}
        raise ValidationError({"layer": words})
    if lacking := kinds[rule.kind].lacking(registry[rule.layer]):
        words = _("The layer has no %(what)s.") % {"what": lacking}
        raise ValidationError({"layer": words})


def problems(error: ValidationError) -> dict[str, list[str]]:
    """What is wrong, by field."""
    if hasattr(error, "error_dict"):
        return {
            name: [str(text) for entry in entries for text in entry.messages]
            for name, entries in error.error_dict.items()
        }
    return {"__all__": list(error.messages)}


def tested(body: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether a trial of the one says what the other would do."""
    return all(
        body.get(name) == other.get(name) for name in FIELDS if name not in WORDS
    )


def changes(old: dict[str, Any] | None, new: dict[str, Any]) -> list[dict[str, str]]:
    """Fields that differ: title, values as text. Parameters one by one."""
    before, after = _told(old or {}), _told(new)
    names = dict.fromkeys([*after, *before])
    pairs = [(name, before.get(name, ""), after.get(name, "")) for name in names]
    return [{"title": n, "old": a, "new": b} for n, a, b in pairs if a != b]


def _told(body: dict[str, Any]) -> dict[str, str]:
    """Title and text of every field, in words; parameters one by one."""
    found: dict[str, str] = {}
    for name in FIELDS:
        if name == "params":
            found |= _params(body)
        elif name in body:
            field = Rule._meta.get_field(name)
            titles = dict(field.flatchoices)  # type: ignore[union-attr]
            chosen = titles.get(body[name]) if titles else None
            text = str(chosen) if chosen is not None else _text(body[name])
            found[str(field.verbose_name)] = text  # type: ignore[union-attr]
    return found


def _params(body: dict[str, Any]) -> dict[str, str]:
    kind, params = kinds.get(body.get("kind", "")), body.get("params") or {}
    if kind is None:
        return {name: _text(value) for name, value in params.items()}
    found = {}
    for name, entry in kind.params.shown().items():
        field = kind.params.model_fields[name]
        value = params.get(name, None if field.is_required() else field.default)
        titles = {key: str(text) for key, text in entry.choices}
        text = titles.get(value) if isinstance(value, str) else None
        unit = f" {entry.unit}" if entry.unit and value is not None else ""
        found[str(entry.title)] = f"{text or _text(value)}{unit}"
    return found


def _text(value: Any) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(value)
