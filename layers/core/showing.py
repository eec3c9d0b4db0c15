"""What a layer has to show for an alert about one of its features."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from django.utils.module_loading import import_string

from .spec import Layer

# (feature, part of it, field that the rule looks at, moment) -> facts, None: nothing.
Shows = Callable[[int, str, str, datetime], dict[str, Any] | None]


def evidence(
    layer: Layer, feature_id: int, part: str, field: str, at: datetime
) -> dict[str, Any] | None:
    """The facts that the layer keeps of what was observed at a moment: value, limit,
    source. None for a layer that tells nothing, or nothing of this field."""
    if not layer.evidence or not field:
        return None
    return _shows(layer.evidence)(feature_id, part, field, at)


@cache
def _shows(path: str) -> Shows:
    found: Shows = import_string(path)
    return found
