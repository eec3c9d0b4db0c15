"""System checks of every kind of feed, ids ``feeds.E001`` and on."""

from __future__ import annotations

from typing import Any

from django.core.checks import Error, register
from django.core.checks.messages import CheckMessage
from django.utils.module_loading import import_string

from layers.core.spec import registry

from .spec import FeedKind, feed_kinds


def _paths(kind: FeedKind) -> list[str]:
    """Everything that the kind names, the decoder first."""
    return [
        kind.decoder,
        *kind.receivers,
        *filter(None, (kind.listener, kind.check, kind.related, kind.entry, kind.rank)),
    ]


@register()
def check_feeds(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Decoders and receivers can be imported; layers exist and take observations."""
    found: list[CheckMessage] = []
    for kind in feed_kinds.values():
        for number, path in enumerate(_paths(kind), 1):
            try:
                import_string(path)
            except ImportError as problem:
                found.append(
                    Error(
                        f"feed kind {kind.slug}: {path}: {problem}",
                        id="feeds.E001" if number == 1 else "feeds.E002",
                    )
                )
        for slug in kind.layers:
            layer = registry.get(slug)
            if layer is None or not layer.ingest:
                found.append(
                    Error(
                        f"feed kind {kind.slug}: layer {slug} takes no observations",
                        id="feeds.E003",
                    )
                )
    return found
