"""What tests of delivery tell, and how time passes for them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from layers.core.delivery import Notice, working
from layers.core.delivery.models import Delivery


def notice(key: str = "k1", **changed: Any) -> Notice:
    given = {
        "key": key,
        "kind": "alert",
        "severity": "high",
        "subject": "Dissolved oxygen low",
        "body": "2.1 mg/l at the bridge",
        "url": "/alerts/1/",
    }
    return Notice(**{**given, **changed})


def rows(channel: str) -> list[Delivery]:
    return list(Delivery.objects.filter(channel=channel).order_by("pk"))


def run_all() -> None:
    """What worker and sweeper would do now."""
    for pk in working.due():
        working.work(pk)


def again(row: Delivery) -> None:
    """The time of the next attempt has come."""
    rows = Delivery.objects.filter(pk=row.pk, next_at__isnull=False)
    rows.update(next_at=timezone.now())
    working.work(row.pk)
    row.refresh_from_db()
