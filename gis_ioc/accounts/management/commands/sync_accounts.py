"""``manage.py sync_accounts``: groups and permissions from the layers."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from gis_ioc.accounts.roles import sync_roles


class Command(BaseCommand):
    help = "Create the role groups and give them what the layers declare."

    def handle(self, *args: Any, **options: Any) -> None:
        for role, count in sync_roles().items():
            self.stdout.write(f"{role:<14} {count} permissions")
