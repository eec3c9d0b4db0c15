"""What the tests of feeds of figures share: two indicators, and a feed."""

from __future__ import annotations

from datetime import date
from importlib import import_module

from django.apps import apps

from feeds.core import drain, inbox
from feeds.core.models import Feed, FeedCount, InboxBatch
from fixtures import Demo
from layers.core import units
from layers.core.spec import by_role
from layers.indicators.models import Indicator


def make_catalogue() -> Demo:
    demo = Demo()
    module = apps.get_app_config(by_role(units.ROLE).app_label).module
    import_module(f"{module.__name__}.demo").load(demo)
    units.tree.forget()
    drain.forget()
    inbox._feed_id.cache_clear()
    common = {"subsystem": "1", "direction": "up", "level": "province;district"}
    Indicator.objects.create(code="KT05", title="R", unit="bn VND", **common)
    Indicator.objects.create(code="KT08", title="D", unit="%", **common)
    return demo


def unit(code: str, day: date = date(2024, 11, 30)) -> int:
    return units.tree().codes("district", day)[code]


def make_feed(kind: str, config: dict) -> Feed:
    feed = Feed(slug=f"{kind}-finance", kind=kind, title="Finance", config=config)
    feed.full_clean()
    feed.save()
    return feed


def drained(feed: Feed) -> dict[tuple[str, str], int]:
    while drain.step(feed):
        pass
    rows = FeedCount.objects.filter(feed=feed, lines__gt=0)
    counts = {(row.outcome, row.reason): row.lines for row in rows}
    lines = sum(InboxBatch.objects.filter(feed=feed).values_list("lines", flat=True))
    assert sum(counts.values()) == lines, "every figure is accounted for"
    return counts
