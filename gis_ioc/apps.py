"""Last in INSTALLED_APPS: freezes the registries."""

from __future__ import annotations

from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "gis_ioc"
    label = "shell"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from feeds.core.spec import feed_kinds
        from gis_ioc.live.topics import topics
        from layers.core.drawer import linkers, sections, starters
        from layers.core.events import listeners
        from layers.core.ingest import stages
        from layers.core.seen import keepers
        from layers.core.spec import registry
        from layers.core.units import followers, rosters
        from layers.core.uploads.contract import importers

        for known in (
            registry,
            stages,
            listeners,
            linkers,
            sections,
            starters,
            followers,
            rosters,
            importers,
            keepers,
            feed_kinds,
            topics,
        ):
            known.freeze()
