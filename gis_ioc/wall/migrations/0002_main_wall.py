"""The wall that every centre starts with: one 98-inch 4K panel read from five metres."""

from django.db import migrations

MAIN = {"title": "Main wall", "pitch_mm": 0.565, "farthest_m": 5.0}


def add(apps, schema_editor):
    apps.get_model("wall", "Wall").objects.get_or_create(slug="main", defaults=MAIN)


class Migration(migrations.Migration):
    dependencies = [("wall", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
