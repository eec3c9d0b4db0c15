"""The reports of many stations, made by a worker; cut off, it goes on by itself."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from layers.stations.completeness.months import Month
from layers.stations.models import ReportRun, Station

from .services import ReportError, make

# First key of the advisory lock of a run; the second is its id.
LOCK = 0x7265_706F

log = logging.getLogger(__name__)


def ask(month: Month, owner: str, stations: list[Station], who: Any) -> ReportRun:
    """Remember the wish; the worker is told after the commit. The same wish that is
    not through yet is not made twice."""
    from layers.stations.tasks import make_reports

    ids = [entry.pk for entry in stations]
    with transaction.atomic():
        found = ReportRun.objects.filter(
            month=month.first, station_ids=ids, state__in=OPEN, asked_by=who,
            cancel_asked=False,
        ).first()  # fmt: skip
        if found is None:
            found = ReportRun.objects.create(
                month=month.first, owner=owner, station_ids=ids, asked_by=who,
                asked_at=timezone.now(),
            )  # fmt: skip
        run_id = found.pk
        transaction.on_commit(lambda: make_reports.delay(run_id))
    return found


OPEN = (ReportRun.State.WAITING, ReportRun.State.RUNNING)


def cancel(run: ReportRun) -> None:
    """The station in hand is finished, the others are left."""
    ReportRun.objects.filter(pk=run.pk, state__in=OPEN).update(cancel_asked=True)


def unfinished() -> list[int]:
    return list(
        ReportRun.objects.filter(state__in=OPEN)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def run(run_id: int) -> None:
    """Make what is left of a run; nothing when another worker has it in hand."""
    with _held(run_id) as mine:
        if not mine:
            return
        ReportRun.objects.filter(pk=run_id, state=ReportRun.State.WAITING).update(
            state=ReportRun.State.RUNNING
        )
        while _next(run_id):
            pass


def _next(run_id: int) -> bool:
    """One station; False when there is none left."""
    entry = ReportRun.objects.select_related("asked_by").filter(pk=run_id).first()
    if entry is None or not entry.open:
        return False
    if entry.cancel_asked or entry.done >= len(entry.station_ids):
        states = ReportRun.State
        entry.state = states.CANCELLED if entry.cancel_asked else states.DONE
        entry.ended_at = timezone.now()
        entry.save(update_fields=["state", "ended_at"])
        return False
    station_id = entry.station_ids[entry.done]
    try:
        station = Station.objects.get(pk=station_id)
        _report, new = make(station, Month(entry.month), entry.asked_by)
        entry.made += new
    except OperationalError:
        raise  # the database went away: the sweeper comes back to it
    except (ReportError, Station.DoesNotExist) as error:
        entry.failures[str(station_id)] = str(error)
    except Exception as error:
        log.exception("report of station %s", station_id)
        entry.failures[str(station_id)] = f"{type(error).__name__}: {error}"[:300]
    entry.done += 1
    entry.save(update_fields=["done", "made", "failures"])
    return True


@contextmanager
def _held(run_id: int) -> Iterator[bool]:
    """Whether the run is ours; PostgreSQL frees it when the worker dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, run_id])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, run_id])
