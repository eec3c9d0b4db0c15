"""Small helps of the pages about messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(values: Mapping[str, Any], name: str) -> Any:
    """``{{ titles|of:row.channel }}``: a value by a name that is known here only."""
    return values.get(name, "—")
