"""Check the checksums of a package of a station's case file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from layers.stations.dossiers.exporting import verify


class Command(BaseCommand):
    help = "Say whether the ZIP of a station's case is intact and was handed out here."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            with file.open("rb") as body:
                verdict = verify(body)
        except OSError as error:
            raise CommandError(str(error)) from None
        for name, same in verdict.parts:
            self.stdout.write(f"{'ok     ' if same else 'DIFFERS'} {name}")
        if not verdict.intact:
            raise CommandError("\n".join(verdict.problems))
        self.stdout.write(
            _("Intact: case %(case)s, version %(version)s, checksum %(whole)s")
            % {
                "case": verdict.case,
                "version": verdict.version,
                "whole": verdict.whole,
            }
        )
        if not verdict.genuine:
            raise CommandError(
                _("But no such package was handed out here: its sums may be made up.")
            )
        self.stdout.write(_("It was handed out here."))
