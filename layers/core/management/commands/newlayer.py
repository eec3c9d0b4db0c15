"""``manage.py newlayer buoys``: a folder that is a working layer."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from layers.core.apps import LAYERS
from layers.core.scaffold import write
from layers.core.spec import SLUG, registry


class Command(BaseCommand):
    help = "Make the folder of a new layer. No file outside it changes."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--title", help="in English; default from the slug")

    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["slug"]
        if not SLUG.match(slug):
            raise CommandError("a slug is lower-case letters, digits and underscores")
        if slug in registry or (LAYERS / slug).exists():
            raise CommandError(f"layer {slug} exists")
        title = options["title"] or slug.replace("_", " ").capitalize()
        for path in write(LAYERS, slug, title):
            self.stdout.write(str(path.relative_to(LAYERS.parent)))
        self.stdout.write(
            f"Next: fill layer.py and models.py, then manage.py makemigrations {slug}"
        )
