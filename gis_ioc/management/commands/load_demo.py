"""``manage.py load_demo``: the demo province and its users."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from fixtures import Demo
from gis_ioc.accounts.demo import load_users
from gis_ioc.accounts.roles import sync_roles
from layers.core import demo
from layers.core.delivery import demo as channels


class Command(BaseCommand):
    help = "Fill every layer with the demo province (deterministic by seed)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="else do nothing")
        parser.add_argument("--seed", type=int, default=38)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IOC_DEMO:
            raise CommandError("IOC_DEMO is off: demo data are refused here")
        sync_roles()
        if demo.is_empty():
            self.load(options["seed"])
        elif options["if_empty"]:
            self.stdout.write("there are data already, nothing loaded")
        else:
            raise CommandError("there are data already; ./ioc reset empties them")
        self.stdout.write(f"users: {', '.join(load_users())}")

    def load(self, seed: int) -> None:
        started = time.monotonic()
        channels.load(Demo(seed=seed))
        for layer, count, seconds in demo.load(Demo(seed=seed)):
            self.stdout.write(f"{layer.slug:<18} {count:>8} rows {seconds:6.1f} s")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")  # index-only scans from the start
        self.stdout.write(f"loaded in {time.monotonic() - started:.1f} s")
