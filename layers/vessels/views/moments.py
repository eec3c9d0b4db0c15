"""Times as forms send them."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime


def moment_of(text: str) -> datetime | None:
    """Local time as a form sends it, or ISO 8601 with a zone; None: neither."""
    try:
        moment = parse_datetime(text.strip())
    except ValueError:
        return None
    if moment is None:
        return None
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
