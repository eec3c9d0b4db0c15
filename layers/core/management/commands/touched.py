"""``manage.py touched``: put the triggers that tell what changed where they belong."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction

from layers.core.spec import registry
from layers.core.touch_triggers import install


class Command(BaseCommand):
    help = (
        "Install the triggers that tell web processes which tiles changed (migrate"
        " does it too). Run it after a restore, and with --all after a load that"
        " switched triggers off."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--all", action="store_true", help="say that every layer has changed"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for line in install():
            self.stdout.write(line)
        for slug in registry if options["all"] else ():
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT ioc_touch_all(%s)", [slug])
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(DISTINCT target), count(DISTINCT slug),"
                " coalesce(string_agg(name, ', ') FILTER (WHERE NOT enabled), '-')"
                " FROM ioc_touch_installed"
            )
            tables, layers, disabled = cursor.fetchone()
        self.stdout.write(
            f"{tables} tables tell the changes of {layers} layers and tables;"
            f" switched off: {disabled}"
        )
