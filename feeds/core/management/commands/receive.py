"""``manage.py receive``: the receiver process, for every kind of feed."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from kombu.exceptions import OperationalError

from feeds.core.models import Feed
from feeds.core.receiver import Receiver
from feeds.core.spec import feed_kinds
from feeds.core.supervisor import Supervisor
from feeds.core.tasks import drain

# An older request is worth nothing: the sweeper asks again.
ASK_FOR_S = 30

log = logging.getLogger(__name__)


def wake(slugs: set[str]) -> None:
    """Ask Celery to drain; a broker that is away is the sweeper's business."""
    for feed_id in Feed.objects.filter(slug__in=slugs).values_list("pk", flat=True):
        try:
            drain.apply_async((feed_id,), retry=False, expires=ASK_FOR_S)
        except OperationalError as error:
            log.warning("broker away, the sweeper will find the batches: %s", error)


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
        receiver = Receiver(settings.PATHS["spool"], wake)
        async with asyncio.TaskGroup() as group:
            group.create_task(receiver.run())
            group.create_task(Supervisor(receiver).run())
            self.stdout.write(f"receiving for: {', '.join(feed_kinds)}")
