"""Template filters of the desk."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from layers.alerts.layer import SEVERITIES

register = template.Library()


@register.filter
def get(found: dict[str, Any] | None, name: str) -> Any:
    """An entry of a dictionary by a name that is a variable."""
    return (found or {}).get(name)


@register.filter
def duration(seconds: float | None) -> str:
    """A span of time in its largest fitting unit; — without one."""
    if seconds is None:
        return "—"
    if seconds < 90:
        return _("%(n)s s") % {"n": round(seconds)}
    if seconds < 90 * 60:
        return _("%(n)s min") % {"n": round(seconds / 60)}
    return _("%(n)s h") % {"n": round(seconds / 3_600, 1)}


@register.filter
def severity_title(name: str) -> str:
    return str(dict(SEVERITIES).get(name, name))
