"""``manage.py count_indicators [CODE …]``: figures from the layers, now."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from layers.indicators import counting
from layers.indicators.models import Indicator


class Command(BaseCommand):
    help = "Count indicators from the layers of the map and publish what changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("codes", nargs="*", help="indicators (all that can be)")

    def handle(self, *args: Any, **options: Any) -> None:
        codes = options["codes"] or None
        known = Indicator.objects.filter(counted__isnull=False)
        if codes:
            missing = set(codes) - set(known.values_list("code", flat=True))
            if missing:
                raise CommandError(f"not counted from a layer: {sorted(missing)[0]}")
        found = counting.count(codes)
        self.stdout.write(f"{found.new} new figures")
        if found.wrong:
            raise CommandError("\n".join(found.wrong))
