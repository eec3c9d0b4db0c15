"""Take a register of vessels (XLSX or CSV) into the register."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from layers.core.scope import everything
from layers.vessels.register.importing import hand_in, write
from layers.vessels.register.planning import Plan
from layers.vessels.register.problems import Unreadable

SHOWN = 20


class Command(BaseCommand):
    help = "Import a register of vessels: XLSX or CSV with headings in any order."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only say what")
        parser.add_argument("--source", default="register", help="name of the source")
        parser.add_argument(
            "--full",
            action="store_true",
            help="the file is the whole register of the source: mark who is missing",
        )
        parser.add_argument(
            "--valid-on",
            type=date.fromisoformat,
            help="day of the file (2026-01-31): communes are those of that day",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            body = path.read_bytes()
            kept, plan = hand_in(
                body,
                path.name,
                source=options["source"],
                full=options["full"],
                day=options["valid_on"] or timezone.localdate(),
                grant=everything(),
            )
        except OSError as error:
            raise CommandError(str(error)) from error
        except Unreadable as error:
            raise CommandError(f"{path.name}: {error}") from error
        self._tell(plan)
        if options["dry_run"]:
            kept.delete()
            return
        write(kept.pk, everything(), table=plan.table)
        self.stdout.write(self.style.SUCCESS("written"))

    def _tell(self, plan: Plan) -> None:
        for problem in plan.problems[:SHOWN]:
            self.stderr.write(f"row {problem}")
        if len(plan.problems) > SHOWN:
            self.stderr.write(f"… and {len(plan.problems) - SHOWN} more")
        counts = ", ".join(f"{name} {count}" for name, count in plan.counts.items())
        self.stdout.write(counts)
