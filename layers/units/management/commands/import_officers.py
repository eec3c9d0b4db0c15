"""``manage.py import_officers FILE``"""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from layers.units import officers_import
from layers.units.descent.tables import RefusedError
from layers.units.models import Kind

LISTED = 50


class Command(BaseCommand):
    help = (
        "Load officers and duty contacts of units from CSV or XLSX. Columns by"
        " heading: unit_code, person, position, role (leader, field, duty); and"
        " field, phones (divided by ;), email, username, valid_from, valid_to, order,"
        " duty_from, duty_to. All lines or none."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("file", type=Path)
        add("--kind", default=Kind.COMMUNE, choices=Kind.values)
        add("--day", type=date.fromisoformat, help="whose codes they are; today")
        add("--source", default="", help="who published the file; default its name")

    def handle(self, *args: Any, **given: Any) -> None:
        path: Path = given["file"]
        day = given["day"] or timezone.localdate()
        source = given["source"] or path.stem
        try:
            outcome = officers_import.load(path, given["kind"], day, source)
        except RefusedError as error:
            for problem in error.problems[:LISTED]:
                self.stderr.write(str(problem))
            count = len(error.problems)
            raise CommandError(f"{count} problems, nothing was stored") from error
        self.stdout.write(f"{outcome.officers} new officers, {outcome.watches} watches")
