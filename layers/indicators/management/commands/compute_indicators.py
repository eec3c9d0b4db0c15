"""``manage.py compute_indicators [CODE …]``: after formulas have changed."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from layers.indicators import services
from layers.indicators.formulas.graph import problems
from layers.indicators.models import Indicator


class Command(BaseCommand):
    help = "Compute indicators by their formulas for every period there is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("codes", nargs="*", help="indicators (all)")

    def handle(self, *args: Any, **options: Any) -> None:
        listed = list(Indicator.objects.all())
        wrong = list(problems(listed))
        known = {entry.code for entry in listed}
        codes = set(options["codes"]) or known
        if missing := codes - known:
            raise CommandError(f"no indicator: {min(missing)}")
        self.stdout.write(f"{services.recompute(codes)} new figures")
        if wrong:
            raise CommandError("\n".join(wrong))
