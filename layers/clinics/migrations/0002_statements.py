"""The layer's relation and its picture at a past time."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    replaces = [
        ("clinics", "0004_reports"),
    ]
    dependencies = [("clinics", "0001_tables")]

    operations = [
        migrations.RunSQL(
            (SQL / "map.sql").read_text(),
            "DROP FUNCTION clinics_as_of(timestamptz); DROP VIEW clinics_map",
        ),
    ]
