"""``manage.py receive``: the receiver process, for every kind of feed."""

from __future__ import annotations

import asyncio
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from feeds.core.models import Feed
from feeds.core.receiver import Receiver
from feeds.core.spec import feed_kinds
from feeds.core.supervisor import Supervisor
from feeds.core.tasks import wake


def wake_all(slugs: set[str]) -> None:
    """Ask Celery to drain the feeds with these slugs."""
    for feed_id in Feed.objects.filter(slug__in=slugs).values_list("pk", flat=True):
        wake(feed_id)


class Command(BaseCommand):
    # the launcher and manage.py check look after these; they load every page
    requires_system_checks: list[str] = []
    help = "Receive from every kind of feed and make it durable in the inbox."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            asyncio.run(self.serve())
        except KeyboardInterrupt:
            self.stdout.write("stopped")

    async def serve(self) -> None:
        receiver = Receiver(settings.PATHS["spool"], wake_all)
        async with asyncio.TaskGroup() as group:
            group.create_task(receiver.run())
            group.create_task(Supervisor(receiver).run())
            self.stdout.write(f"receiving for: {', '.join(feed_kinds)}")
