"""Issuing monthly reports: figures are frozen, a change is a further version."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.stations.completeness.months import Month
from layers.stations.models import MonthlyReport, Station

from .figures import figures, midnight


class ReportError(ValueError):
    """A report cannot be made; the text says why."""


def canonical(found: dict[str, Any]) -> bytes:
    """The bytes that ``sha256`` is of."""
    return orjson.dumps(found, option=orjson.OPT_SORT_KEYS)


def make(
    station: Station, month: Month, who: Any, now: datetime | None = None
) -> tuple[MonthlyReport, bool]:
    """The report of a station and month, and whether it is new.

    When the figures are those of the newest version nothing is made. Raises
    ReportError for a month that has not begun.
    """
    now = now or timezone.now()
    if midnight(month.first) >= now:
        raise ReportError(_("This month has not begun yet."))
    with transaction.atomic():
        # one at a time for a station, so that versions have no holes
        Station.objects.select_for_update(no_key=True).get(pk=station.pk)
        found = figures(station, month, now)
        body = canonical(found)
        digest = hashlib.sha256(body).hexdigest()
        last = (
            MonthlyReport.objects.filter(station=station, month=month.first)
            .order_by("-version")
            .first()
        )
        if last is not None and last.sha256 == digest:
            return last, False
        made = MonthlyReport.objects.create(
            station=station,
            month=month.first,
            version=last.version + 1 if last else 1,
            figures=orjson.loads(body),
            sha256=digest,
            made_by=who,
            made_at=now,
        )
    return made, True
