"""``manage.py import_lineage FILE --day 2025-07-01``"""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from layers.units.descent import importing
from layers.units.descent.tables import RefusedError
from layers.units.models import Kind

LISTED = 50


class Command(BaseCommand):
    help = (
        "Load a table of what became of which unit, from CSV or XLSX. Columns by"
        " heading: old_code, new_code (or old_commune_code …), and if known"
        " share_people, share_area, basis, decree. Missing shares come from the"
        " outlines and the people of the units below. All lines or none."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("file", type=Path)
        add("--day", required=True, type=date.fromisoformat, help="first of the new")
        add("--kind", default=Kind.COMMUNE, choices=Kind.values, help="of the new")
        add("--old-kind", choices=Kind.values, help="of the old, when it is another")
        add("--decree", default="", help="for lines that name none")
        add("--source", default="", help="who published the file; default its name")
        add("--create", action="store_true", help="make old units nobody knows")
        add("--equal", action="store_true", help="equal parts where nothing is known")
        add("--dry-run", action="store_true", help="report only, change nothing")

    def handle(self, *args: Any, **given: Any) -> None:
        path: Path = given["file"]
        plan = importing.Plan(
            day=given["day"],
            kind=Kind(given["kind"]),
            old_kind=Kind(given["old_kind"]) if given["old_kind"] else None,
            decree=given["decree"],
            source=given["source"] or path.stem,
            create=given["create"],
            equal=given["equal"],
        )
        try:
            with transaction.atomic():
                outcome = importing.load(path, plan)
                if given["dry_run"]:
                    transaction.set_rollback(True)
        except RefusedError as error:
            for problem in error.problems[:LISTED]:
                self.stderr.write(str(problem))
            count = len(error.problems)
            raise CommandError(f"{count} problems, nothing was stored") from error
        bases = ", ".join(f"{n} {name}" for name, n in sorted(outcome.bases.items()))
        self.stdout.write(f"{outcome.lines} lines of descent; old units: {bases}")
        if outcome.created:
            self.stdout.write(f"{len(outcome.created)} old units made from the table")
        if given["dry_run"]:
            self.stdout.write("dry run: nothing was changed")
