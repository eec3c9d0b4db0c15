"""The wall that every centre starts with: one 98-inch 4K panel read from five metres."""

from django.conf import settings
from django.db import migrations
from django.utils.translation import gettext, override

MAIN = {"pitch_mm": 0.565, "farthest_m": 5.0}


def add(apps, schema_editor):
    with override(settings.LANGUAGE_CODE):
        defaults = MAIN | {"title": gettext("Main wall")}
    apps.get_model("wall", "Wall").objects.get_or_create(slug="main", defaults=defaults)


class Migration(migrations.Migration):
    replaces = [
        ("wall", "0006_title_in_the_language"),
    ]
    dependencies = [("wall", "0001_tables")]

    operations = [
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
