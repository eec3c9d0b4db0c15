"""``manage.py load_demo``: the demo province, from fixtures."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from layers.core import demo


class Command(BaseCommand):
    help = "Fill every layer with the demo province (deterministic by seed)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="else do nothing")
        parser.add_argument("--seed", type=int, default=38)

    def handle(self, *args: Any, **options: Any) -> None:
        from fixtures import Demo

        if not settings.IOC_DEMO:
            raise CommandError("IOC_DEMO is off: demo data are refused here")
        if not demo.is_empty():
            if options["if_empty"]:
                self.stdout.write("there are data already, nothing loaded")
                return
            raise CommandError("there are data already; ./ioc reset empties them")
        started = time.monotonic()
        for layer, count, seconds in demo.load(Demo(seed=options["seed"])):
            self.stdout.write(f"{layer.slug:<18} {count:>8} rows {seconds:6.1f} s")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.stdout.write(f"loaded in {time.monotonic() - started:.1f} s")
