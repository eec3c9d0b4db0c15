"""``manage.py retention``: what is old enough to be dropped, and dropping it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from layers.vessels import retention
from layers.vessels.retention import Part


class Command(BaseCommand):
    help = "Show positions and tracks older than is kept; --drop drops them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--drop", action="store_true", help="really drop them")
        parser.add_argument(
            "--months",
            type=int,
            help=f"keep so many months, {retention.LEAST_MONTHS} at least",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        parts = retention.plan(months=options["months"])
        dropped = set(retention.drop(parts)) if options["drop"] else set()
        for part in parts:
            self.stdout.write(self.line(part, part in dropped))
        size_mb = sum(part.bytes for part in parts if not part.held) / 1e6
        verb = "dropped" if options["drop"] else "would be dropped (--drop)"
        count = sum(not part.held for part in parts)
        self.stdout.write(f"{count} {verb}, {size_mb:,.1f} MB")

    def line(self, part: Part, dropped: bool) -> str:
        name = part.name or f"rows of {part.kept.table}"
        state = f"held: {part.held}" if part.held else "dropped" if dropped else "old"
        since = f"{part.since:%Y-%m-%d}" if part.since else "…"
        return f"{name:<32} {since} to {part.until:%Y-%m-%d}  {state}"
