from __future__ import annotations

from importlib import import_module
from pathlib import Path

from django.apps import AppConfig

FEEDS = Path(__file__).resolve().parent.parent


class FeedsConfig(AppConfig):
    name = "feeds.core"
    label = "feeds"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from layers.core import raw

        from . import checks  # noqa: F401  (registers the system checks)
        from .raw import batches, lookup
        from .spec import feed_kinds

        raw.register(lookup)
        raw.register_batches(batches)
        for path in sorted(FEEDS.glob("*/feed.py")):
            feed_kinds.register(import_module(f"feeds.{path.parent.name}.feed").FEED)
