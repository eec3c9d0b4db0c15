"""``manage.py import_units FILE --kind commune --valid-from 2025-07-01``"""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction

from layers.core.geofiles import GeoFileError
from layers.units import files, services
from layers.units.models import Kind


class Command(BaseCommand):
    help = (
        "Load official boundaries from GeoJSON, GeoPackage or Shapefile, in WGS 84 or"
        " VN-2000. Units of the same level, code and first day keep their identity"
        " and get the new outline."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("file", type=Path)
        add("--kind", required=True, choices=Kind.values)
        add("--valid-from", required=True, type=date.fromisoformat)
        add("--valid-to", type=date.fromisoformat, help="last day valid")
        add("--code-field", default="code")
        add("--name-field", default="name")
        add("--parent-field", default="", help="column with the code of the unit above")
        add("--population-field", default="")
        add("--population-year", type=int)
        add("--crs", default="", help="such as EPSG:3405, when the file's is wrong")
        add("--decree", default="")
        add("--source", default="", help="who published the file; default its name")
        add("--replace", action="store_true", help="end other units of the level")
        add("--update", action="store_true", help="units in force keep their validity")
        add(
            "--least-ha",
            type=float,
            default=1.0,
            help="flaws from this area are listed",
        )
        add("--dry-run", action="store_true", help="report only, change nothing")

    def handle(self, *args: Any, **given: Any) -> None:
        path: Path = given["file"]
        if given["replace"] and given["update"]:
            raise CommandError("--replace and --update exclude each other")
        names = files.FieldNames(
            code=given["code_field"],
            name=given["name_field"],
            parent=given["parent_field"],
            population=given["population_field"],
        )
        plan = services.Plan(
            kind=Kind(given["kind"]),
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            source=(given["source"] or path.stem)[:60],
            decree=given["decree"],
            population_year=given["population_year"],
            replace=given["replace"],
            update=given["update"],
        )
        try:
            outlines = files.read(path, names, given["crs"])
            with transaction.atomic():
                outcome = services.load(outlines, plan)
                if given["dry_run"]:
                    transaction.set_rollback(True)
        except GeoFileError as error:
            raise CommandError(str(error)) from error
        except IntegrityError as error:
            reason = str(error).splitlines()
            raise CommandError(
                "a code is in force already on some of these days: end the old units"
                " (--replace), give them the new outlines (--update), or choose"
                f" another first day. {' '.join(reason[:2])}"
            ) from error
        self.report(outlines, outcome, given)

    def report(
        self, outlines: list[files.Outline], outcome: services.Outcome, given: Any
    ) -> None:
        self.stdout.write(
            f"{len(outlines)} outlines: {len(outcome.created)} new units,"
            f" {len(outcome.updated)} new outlines, {len(outcome.ended)} units ended"
        )
        for index in outcome.topology.repaired:
            self.stdout.write(f"repaired: {outlines[index].name}")
        if outcome.orphans:
            self.stdout.write(f"no unit above for: {', '.join(outcome.orphans)}")
        for gap in outcome.areas:
            self.stdout.write(
                f"area of {gap.name}: outline {gap.outline_km2:.2f} km²,"
                f" published {gap.published_km2:.2f} km²"
            )
        least_m2 = given["least_ha"] * 1e4
        listed = [flaw for flaw in outcome.topology.flaws if flaw.area_m2 >= least_m2]
        for flaw in listed:
            between = " / ".join(outlines[i].name for i in flaw.units)
            self.stdout.write(
                f"{flaw.kind} of {flaw.area_m2 / 1e4:.2f} ha at"
                f" {flaw.lon:.5f} {flaw.lat:.5f}: {between}"
            )
        smaller = len(outcome.topology.flaws) - len(listed)
        self.stdout.write(
            f"{len(listed)} gaps and overlaps from {given['least_ha']:g} ha,"
            f" {smaller} smaller"
        )
        if given["dry_run"]:
            self.stdout.write("dry run: nothing was changed")
