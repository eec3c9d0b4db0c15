"""The layer's relation and its picture at a past time."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    replaces = [
        ("directives", "0009_received_at"),
    ]
    dependencies = [("directives", "0001_tables")]

    operations = [
        migrations.RunSQL(
            (SQL / "directives_map.sql").read_text(), "DROP VIEW directives_map"
        ),
        migrations.RunSQL(
            (SQL / "directives_as_of.sql").read_text(),
            "DROP FUNCTION directives_as_of(timestamptz)",
        ),
    ]
