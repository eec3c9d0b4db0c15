"""``manage.py layers``: the table of layers, as the registry has it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from layers.core import queries
from layers.core.scope import everything
from layers.core.spec import registry
from layers.core.versions import current

HEAD = ("slug", "geometry", "tiles", "rows", "seq", "scope", "history", "relation")


class Command(BaseCommand):
    help = "Print every layer with its source, rows, last change and scope."

    def handle(self, *args: Any, **options: Any) -> None:
        lines = [HEAD]
        known = set(connection.introspection.table_names(include_views=True))
        for layer in registry.values():
            there = layer.relation in known
            lines.append(
                (
                    layer.slug,
                    layer.geometry,
                    f"{layer.tile.kind} z{layer.tile.minzoom}-{layer.tile.maxzoom}",
                    str(queries.count(layer, everything()))
                    if there
                    else "not migrated",
                    str(current(layer.slug)[0]) if there else "",
                    layer.scope.kind,
                    layer.as_of or layer.history or "-",
                    layer.relation,
                )
            )
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        for line in lines:
            cells = [c.ljust(w) for c, w in zip(line, widths, strict=True)]
            self.stdout.write("  ".join(cells).rstrip())
