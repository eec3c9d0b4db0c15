"""A rule as plain data: what drafts, back-tests and comparisons of versions hold."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from layers.alerts.models import Rule

from .trial import rule_of

FIELDS = (
    "slug", "title", "title_en", "kind", "layer", "params", "feature_filter",
    "parts", "zone_layer", "zone_filter", "zone_id", "severity", "legal_basis",
    "playbook", "instruction", "group_by", "group_from", "group_minutes", "enabled",
)  # fmt: skip
# What a back-test has nothing to say about.
WORDS = frozenset(
    {"slug", "title", "title_en", "legal_basis", "playbook", "instruction",
     "group_by", "group_from", "group_minutes"}
)  # fmt: skip


def of_rule(rule: Any) -> dict[str, Any]:
    """The body of a rule, or of one of its versions."""
    return {name: getattr(rule, name) for name in FIELDS}


def blank(kind: str, layer: str) -> dict[str, Any]:
    """The body of a new rule before anybody has written anything."""
    return of_rule(Rule(kind=kind, layer=layer))


def check(body: dict[str, Any], pk: int | None = None) -> Rule:
    """The rule of the body, not stored. Raises ValidationError, field by field."""
    rule = rule_of(body, pk)
    rule.full_clean(exclude=["version"])
    return rule


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


def changes(old: dict[str, Any] | None, new: dict[str, Any]) -> list[dict[str, Any]]:
    """Fields that differ: name, title, values as text. Parameters one by one."""
    before = _flat(old or {})
    after = _flat(new)
    return [
        {"name": name, "title": _title(name), "old": _text(before.get(name)),
         "new": _text(after.get(name))}
        for name in dict.fromkeys([*after, *before])
        if _text(before.get(name)) != _text(after.get(name))
    ]  # fmt: skip


def _flat(body: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in FIELDS:
        value = body.get(name)
        if name == "params":
            found |= {f"params.{key}": entry for key, entry in (value or {}).items()}
        else:
            found[name] = value
    return found


def _title(name: str) -> str:
    if name.startswith("params."):
        return name.removeprefix("params.")
    return str(Rule._meta.get_field(name).verbose_name)


def _text(value: Any) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
