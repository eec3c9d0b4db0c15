"""``manage.py import_units FILE --kind commune --valid-from 2025-07-01``"""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import IntegrityError, transaction

from layers.core.geofiles import GeoFileError
from layers.units import topology
from layers.units.boundaries import drafts, reading, rows, standing, switching
from layers.units.boundaries.columns import FieldNames
from layers.units.models import BoundarySet, Kind, Purpose


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
        add("--area-field", default="", help="column with the published land area")
        add("--crs", default="", help="such as EPSG:5897, when the file's is wrong")
        add("--swapped", action="store_true", help="northing or latitude stands first")
        add("--gap", type=float, default=topology.GAP_M, help="close narrower gaps, m")
        add("--decree", default="")
        add("--source", default="", help="who published the file; default its name")
        how = parser.add_mutually_exclusive_group()
        add = how.add_argument
        add("--replace", action="store_true", help="end other units of the level")
        add("--update", action="store_true", help="units in force keep their validity")
        add("--change", action="store_true", help="as a decree: what is the same stays")
        add = parser.add_argument
        add(
            "--least-ha",
            type=float,
            default=1.0,
            help="flaws from this area are listed",
        )
        add("--draft", action="store_true", help="hand in only, to be looked at")
        add("--dry-run", action="store_true", help="report only, change nothing")

    @no_translations
    def handle(self, *args: Any, **given: Any) -> None:
        made = None
        try:
            with transaction.atomic():
                made = self.hand_in(given)
                self.report(made, given)
                if not given["draft"]:
                    self.switch(made)
                if given["dry_run"]:
                    transaction.set_rollback(True)
                    self.stdout.write("dry run: nothing was changed")
        except (GeoFileError, drafts.RefusedError) as error:
            self.forget(made)
            raise CommandError(str(error)) from error
        except IntegrityError as error:
            self.forget(made)
            raise CommandError(" ".join(str(error).splitlines()[:2])) from error
        if given["dry_run"]:
            self.forget(made)

    def hand_in(self, given: dict[str, Any]) -> BoundarySet:
        path: Path = given["file"]
        facts = drafts.Facts(
            kind=given["kind"],
            purpose=_purpose(given),
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            decree=given["decree"],
            source=given["source"] or path.stem,
            crs=given["crs"],
            swapped=given["swapped"],
            gap_m=given["gap"],
            population_year=given["population_year"],
        )
        names = FieldNames(
            code=given["code_field"],
            name=given["name_field"],
            parent=given["parent_field"],
            population=given["population_field"],
            area=given["area_field"],
        )
        try:
            name, body = reading.packed(path)
        except OSError as error:
            raise CommandError(f"{path.name} cannot be read: {error}") from error
        made = drafts.hand_in(ContentFile(body), name, facts, None)
        try:
            drafts.read(made, names, least_ha=given["least_ha"])
        except GeoFileError:
            self.forget(made)
            raise
        return made

    def forget(self, made: BoundarySet | None) -> None:
        """The file of a set that was not kept."""
        if made is not None:
            made.file.delete(save=False)

    def switch(self, made: BoundarySet) -> None:
        outcome = switching.switch(made)
        self.stdout.write(
            f"{made.report['units']} outlines: {len(outcome.created)} new units,"
            f" {len(outcome.updated)} new outlines, {len(outcome.ended)} units ended"
        )
        if outcome.unchanged:
            self.stdout.write(f"{len(outcome.unchanged)} unchanged")
        if outcome.orphans:
            self.stdout.write(f"no unit above for: {', '.join(outcome.orphans)}")
        if outcome.lines:
            self.stdout.write(f"{outcome.lines} lines of descent by outlines")

    def report(self, made: BoundarySet, given: dict[str, Any]) -> None:
        found = made.report
        for _code, name in found["repaired"]:
            self.stdout.write(f"repaired: {name}")
        for area in found["areas"]:
            self.stdout.write(
                f"area of {area['title']}: outline {area['outline_km2']:.2f} km²,"
                f" published {area['published_km2']:.2f} km²"
            )
        for fate, flaws in (("closed", found["closed"]), ("left", found["left"])):
            for flaw in flaws["listed"]:
                between = " / ".join(name for _code, name in flaw["units"])
                self.stdout.write(
                    f"{flaw['kind']} {fate}, {flaw['ha']:.2f} ha at"
                    f" {flaw['lon']:.5f} {flaw['lat']:.5f}: {between}"
                )
            count = len(flaws["listed"])
            self.stdout.write(
                f"{count} gaps and overlaps {fate} from {given['least_ha']:g} ha,"
                f" {flaws['smaller']} smaller"
            )
        if given["draft"]:
            counted = rows.counts(rows.table(standing.compare(made)))
            listed = ", ".join(f"{name} {n}" for name, n in sorted(counted.items()))
            self.stdout.write(f"draft {made.pk} of {found['units']} units: {listed}")


def _purpose(given: dict[str, Any]) -> str:
    for name in ("replace", "change"):
        if given[name]:
            return name
    return Purpose.REDRAW if given["update"] else Purpose.ADD
