"""Sign-in links of the panels of a wall."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from gis_ioc.accounts.grants import revoke
from gis_ioc.accounts.models import User
from gis_ioc.wall.kiosk.links import LinkError, link
from gis_ioc.wall.models import Wall


class Command(BaseCommand):
    help = "Print a sign-in link for each panel of a wall (column, row, address)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="name of the wall in its address")
        parser.add_argument(
            "--days", type=int, default=365, help="how long the links open"
        )
        parser.add_argument(
            "--user", help="who the panels sign in as from now on: a user name"
        )
        parser.add_argument(
            "--revoke",
            action="store_true",
            help="make every link given out before void, and end their sessions",
        )
        parser.add_argument(
            "--base", default=settings.IOC_BASE_URL, help="how panels reach the server"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wall = Wall.objects.filter(slug=options["slug"]).first()
        if wall is None:
            known = ", ".join(Wall.objects.values_list("slug", flat=True))
            raise CommandError(f"no wall {options['slug']!r}; there are: {known}")
        if options["days"] < 1:
            raise CommandError("--days is at least 1")
        if options["user"]:
            self._bind(wall, options["user"])
        if options["revoke"]:
            wall.links += 1
            wall.save(update_fields=["links"])
            if wall.panel_user is not None:
                revoke(wall.panel_user)  # tiles and live channels at once
        until = timezone.now() + timedelta(days=options["days"])
        places = [
            (column, row)
            for row in range(1, wall.rows + 1)
            for column in range(1, wall.columns + 1)
        ]
        base = options["base"].rstrip("/")
        try:
            for column, row in places:
                address = base + link(wall, (column, row), until)
                self.stdout.write(f"{column} {row} {address}")
        except LinkError as error:
            raise CommandError(f"{error}; name one with --user") from error

    @staticmethod
    def _bind(wall: Wall, name: str) -> None:
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            raise CommandError(f"no active user {name!r}")
        if user.is_staff or user.is_superuser:
            raise CommandError("panels sign in as somebody who is no administrator")
        wall.panel_user = user
        wall.save(update_fields=["panel_user"])
