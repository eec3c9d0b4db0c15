"""``manage.py apikey create|list|revoke``."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gis_ioc.accounts.grants import revoke
from gis_ioc.accounts.models import ApiKey, User
from layers.core.spec import registry


class Command(BaseCommand):
    help = "API keys of machine clients: create (printed once), list, revoke."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        create = verbs.add_parser("create", help="print a new key")
        create.add_argument("--user", required=True)
        create.add_argument("--name", default="key")
        create.add_argument("--layers", nargs="*", default=[], help="none: all allowed")
        create.add_argument("--write", action="store_true", help="may send data")
        create.add_argument("--days", type=int, help="valid for so many days")
        create.add_argument("--rate", type=int, help="tile requests a second")
        listing = verbs.add_parser("list")
        listing.add_argument("--user")
        verbs.add_parser("revoke").add_argument("prefix")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, options["verb"])(options)

    def create(self, options: dict[str, Any]) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"no user {options['user']!r}")
        layers = [slug for part in options["layers"] for slug in part.split(",")]
        unknown = sorted(set(layers) - set(registry))
        if unknown:
            raise CommandError(f"no such layer: {', '.join(unknown)}")
        days = options["days"]
        _key, text = ApiKey.issue(
            user,
            options["name"],
            layers=layers,
            may_write=options["write"],
            tile_rate=options["rate"],
            expires_at=timezone.now() + timedelta(days=days) if days else None,
        )
        self.stdout.write(text)

    def list(self, options: dict[str, Any]) -> None:
        keys = ApiKey.objects.select_related("user").order_by("user__username", "pk")
        if options["user"]:
            keys = keys.filter(user__username=options["user"])
        for key in keys:
            state = "revoked" if key.revoked_at else "valid"
            layers = ",".join(key.layers) or "*"
            self.stdout.write(
                f"{key.prefix}…  {key.user.username:<16} {state:<8}"
                f" {layers}  {key.name}"
            )

    def revoke(self, options: dict[str, Any]) -> None:
        keys = ApiKey.objects.filter(
            prefix__startswith=options["prefix"], revoked_at=None
        ).select_related("user")
        if not keys:
            raise CommandError("no valid key begins so")
        for key in keys:
            key.revoked_at = timezone.now()
            key.save(update_fields=["revoked_at"])
            revoke(key.user)
            self.stdout.write(f"revoked {key}")
