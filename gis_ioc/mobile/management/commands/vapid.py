"""``manage.py vapid``: the key for pushes, for those who do not use the launcher."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.management.base import BaseCommand

from gis_ioc.mobile import vapid


class Command(BaseCommand):
    help = "Print a new key for web push, to be set as IOC_VAPID_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        if public := vapid.public_key():
            self.stderr.write(f"A key is set already; its public half is {public}")
        self.stdout.write(f"IOC_VAPID_KEY={secrets.token_urlsafe(32)}")
