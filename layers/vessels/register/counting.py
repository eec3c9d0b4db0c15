"""Which of a vessel's VMS devices counts: exactly one at a time (Decree 41/2026)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from layers.vessels.models import Fitting


def counted_of(vessel_id: int) -> QuerySet[Fitting]:
    """Open fittings of VMS devices that count."""
    return Fitting.objects.filter(
        vessel_id=vessel_id, vms=True, counted=True, until__isnull=True
    )


def split(row: Fitting, at: datetime | None, *, counted: bool) -> None:
    """What counted before ``at`` is history and stays as it was."""
    if at is None or (row.since is not None and row.since >= at):
        Fitting.objects.filter(pk=row.pk).update(counted=counted)
        return
    Fitting.objects.filter(pk=row.pk).update(until=at)
    Fitting.objects.create(
        device_id=row.device_id,
        branch=row.branch,
        vessel_id=row.vessel_id,
        since=at,
        counted=counted,
        basis=row.basis,
        score=row.score,
    )


def let_count(row: Fitting) -> None:
    """The open fitting counts from when the last other one has ceased to."""
    past = Fitting.objects.filter(vessel_id=row.vessel_id, vms=True, counted=True)
    ends = past.exclude(device_id=row.device_id).values_list("until", flat=True)
    split(row, max((end for end in ends if end), default=None), counted=True)


def keep_one(vessel_id: int) -> None:
    """A vessel with VMS devices has one that counts: the one fitted longest."""
    if counted_of(vessel_id).exists():
        return
    rows = Fitting.objects.filter(vessel_id=vessel_id, vms=True, until__isnull=True)
    first = rows.order_by("since", "device_id").first()
    if first is not None:
        let_count(first)
