"""``manage.py stations_rollup``: work out hours and days of stations anew."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from layers.stations.ingest import rollups


class Command(BaseCommand):
    help = (
        "Work out hours, days and newest values of all series anew from single values,"
        " day by day. Each day is stored before the next begins: run it again from"
        " where it stopped."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name in ("--since", "--until"):
            parser.add_argument(name, type=date.fromisoformat, help="YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        known = rollups.days_stored()
        if known is None:
            self.stdout.write("no values are stored")
            return
        since, until = options["since"] or known[0], options["until"] or known[1]
        if until < since:
            raise CommandError(f"--until {until} is before --since {since}")
        days = (until - since).days + 1
        day = since
        try:
            for number, day in enumerate(rollups.rebuild(since, until), 1):
                self.stdout.write(f"\r{number}/{days} days, {day}", ending="")
                self.stdout.flush()
        except KeyboardInterrupt:
            raise CommandError(
                f"stopped; go on with --since {day} --until {until}"
            ) from None
        self.stdout.write("")
