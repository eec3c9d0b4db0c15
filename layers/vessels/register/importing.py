"""Taking a file into the register: checked first, then written, twice is once."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from layers.core.db import execute
from layers.core.scope import Grant
from layers.core.versions import begin_change
from layers.vessels.fitting import RefusedError
from layers.vessels.models import RefusedRow, RegisterImport, Vessel

from . import devices
from .conflicts import duplicate_registrations
from .following import refresh_aliases
from .matching import look_again
from .planning import Change, Plan, plan
from .problems import Problem
from .reading import Table, read

SLUG = "vessels"
SQL = Path(__file__).parent / "sql"
BATCH = 1_000


def hand_in(
    body: bytes,
    name: str,
    *,
    source: str,
    full: bool,
    day: date,
    grant: Grant,
    by: Any = None,
) -> tuple[RegisterImport, Plan]:
    """Keep the file and say what it would change. Raises Unreadable."""
    table = read(body, name)
    found = plan(table, source=source, full=full, day=day, grant=grant)
    found.table = table
    with transaction.atomic():
        kept = RegisterImport.objects.create(
            name=name[:200],
            sha256=hashlib.sha256(body).hexdigest(),
            body=body,
            source=source[:60],
            full=full,
            day=day,
            counts=found.counts,
            by=by,
        )
        _keep_refused(kept, table, found.problems)
    return kept, found


def look(kept: RegisterImport, grant: Grant) -> Plan:
    """What the file would change as the register stands now."""
    table = read(bytes(kept.body), kept.name)
    return plan(table, source=kept.source, full=kept.full, day=kept.day, grant=grant)


def write(
    kept_id: int, grant: Grant, by: Any = None, table: Table | None = None
) -> RegisterImport:
    """Write a checked file: good rows go in, the others stay in the list.

    ``table``: what was read of it, for who has just done so. Raises RefusedError
    when it was written before.
    """
    with transaction.atomic():
        kept = RegisterImport.objects.select_for_update().get(pk=kept_id)
        if kept.state != RegisterImport.State.CHECKED:
            raise RefusedError(_("This file was written already."))
        table = table or read(bytes(kept.body), kept.name)
        # whoever writes the layer waits from here on
        begin_change(SLUG, removed=True)
        found = plan(
            table, source=kept.source, full=kept.full, day=kept.day, grant=grant
        )
        _add(found.added)
        _change(found.changed)
        Vessel.objects.filter(pk__in=found.missing).update(
            missing_since=kept.day, updated_at=timezone.now()
        )
        taken = [*found.added, *found.changed, *found.same]
        devices.fit_devices(taken, kept.day, kept.source, by)
        duplicate_registrations(found.doubled)
        refresh_aliases(change.vessel.pk for change in (*found.added, *found.changed))
        look_again()
        kept.refused.all().delete()
        _keep_refused(kept, table, found.problems)
        kept.counts = found.counts
        kept.state = RegisterImport.State.WRITTEN
        kept.written_at = timezone.now()
        kept.save()
    return kept


def _keep_refused(kept: RegisterImport, table: Table, problems: list[Problem]) -> None:
    cells = dict(table.rows) if problems else {}
    RefusedRow.objects.bulk_create(
        [
            RefusedRow(
                of=kept,
                row=problem.row,
                column=problem.column,
                reason=problem.code,
                value=problem.value,
                cells=table.cells(cells[problem.row]),
            )
            for problem in problems
        ],
        batch_size=BATCH,
    )


def _add(added: list[Change]) -> None:
    berths = _berths()
    for change in added:
        change.vessel.geom = berths.get(change.vessel.home_port)
    Vessel.objects.bulk_create([change.vessel for change in added], batch_size=BATCH)


def _berths() -> dict[str, Any]:
    """Where the ports lie, as the boats tell that have a berth already."""
    rows = Vessel.objects.filter(registered=True, geom__isnull=False)
    named = rows.exclude(home_port="").order_by("home_port", "pk")
    return dict(named.distinct("home_port").values_list("home_port", "geom"))


def _change(changed: list[Change]) -> None:
    """One statement for each set of fields, so that history names what changed."""
    groups: dict[tuple[str, ...], list[Change]] = {}
    for change in changed:
        groups.setdefault(tuple(sorted(change.new)), []).append(change)
    template = (SQL / "change.sql").read_text().partition("\n")[2]
    for names, changes in groups.items():
        sets = sql.SQL(", ").join(
            sql.SQL("{name} = said.{name}").format(name=sql.Identifier(name))
            for name in names
        )
        rows = [{"id": change.vessel.pk, **change.new} for change in changes]
        with connection.cursor() as cursor:
            execute(
                cursor,
                sql.SQL(template).format(sets=sets),  # type: ignore[arg-type]
                [json.dumps(rows, cls=DjangoJSONEncoder)],
            )
