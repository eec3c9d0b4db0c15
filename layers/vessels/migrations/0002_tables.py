"""Partitioned positions, the live table, and the layer's relation."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("vessels", "0001_initial")]
    operations = [
        migrations.RunSQL(
            (SQL / "first_tables.sql").read_text(),
            "DROP TABLE vessels_live; DROP TABLE vessels_position;"
            " DROP FUNCTION vessels_make_partitions(date, integer)",
        ),
        migrations.RunSQL(
            (SQL / "first_views.sql").read_text(),
            "DROP FUNCTION vessels_as_of(timestamptz); DROP VIEW vessels_map",
        ),
    ]
