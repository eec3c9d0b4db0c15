"""The layer's relation and its picture at a past time."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    replaces = [
        ("units", "0005_officers"),
    ]
    dependencies = [("units", "0001_tables")]

    operations = [
        migrations.RunSQL(
            (SQL / "map.sql").read_text(),
            "DROP FUNCTION units_as_of(timestamptz); DROP VIEW units_map; DROP FUNCTION units_day(timestamptz)",
        ),
    ]
