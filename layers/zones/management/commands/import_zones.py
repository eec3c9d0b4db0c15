"""``manage.py import_zones FILE --kind offshore_limit --valid-from 2026-01-01 …``"""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from layers.core.geofiles import GeoFileError
from layers.zones import importing
from layers.zones.models import LINES, Band, Kind, Side


class Command(BaseCommand):
    help = (
        "Load official zones and lines from GeoJSON, GeoPackage or Shapefile, in WGS 84"
        " or VN-2000. A zone of the same code keeps its identity: a new version."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("file", type=Path)
        add("--kind", required=True, choices=Kind.values)
        add("--valid-from", required=True, type=date.fromisoformat)
        add("--valid-to", type=date.fromisoformat, help="last day valid")
        add("--band", default="", choices=["", *Band.values])
        add("--closed", action="store_true", help="closed to fishing")
        add("--season-from", default="", help="month-day, such as 04-01")
        add("--season-to", default="", help="last day of the season, month-day")
        add(
            "--beyond",
            default="",
            choices=["", *Side.values],
            help="of lines: the side beyond them, as one goes along them",
        )
        add("--legal-basis", default="")
        add("--code-field", default="code")
        add("--name-field", default="name")
        add("--name-en-field", default="")
        add("--crs", default="", help="such as EPSG:3405, when the file's is wrong")
        add("--source", default="", help="who published the file; default its name")
        add("--replace", action="store_true", help="end other zones of the kind")
        add("--dry-run", action="store_true", help="report only, change nothing")

    def handle(self, *args: Any, **given: Any) -> None:
        path: Path = given["file"]
        if given["kind"] in LINES and not given["beyond"]:
            raise CommandError("say which side of the lines is beyond them: --beyond")
        plan = importing.Plan(
            kind=given["kind"],
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            source=(given["source"] or path.stem)[:60],
            replace=given["replace"],
            facts={
                name: given[name]
                for name in (
                    "band",
                    "closed",
                    "season_from",
                    "season_to",
                    "beyond",
                    "legal_basis",
                )
            },
        )
        try:
            shapes = importing.read(
                path,
                plan.kind,
                code=given["code_field"],
                name=given["name_field"],
                name_en=given["name_en_field"],
                crs=given["crs"],
            )
            with transaction.atomic():
                outcome = importing.load(shapes, plan)
                if given["dry_run"]:
                    transaction.set_rollback(True)
        except GeoFileError as error:
            raise CommandError(str(error)) from error
        self.report(shapes, outcome, given["dry_run"])

    def report(
        self, shapes: list[importing.Shape], outcome: importing.Outcome, dry: bool
    ) -> None:
        self.stdout.write(
            f"{len(shapes)} zones: {len(outcome.created)} new,"
            f" {len(outcome.changed)} with a new version, {len(outcome.same)} as they"
            f" were, {len(outcome.ended)} ended"
        )
        for shape in shapes:
            if shape.repaired:
                self.stdout.write(f"repaired: {shape.title}")
        for code in outcome.ended:
            self.stdout.write(f"ended: {code}")
        if dry:
            self.stdout.write("dry run: nothing was changed")
