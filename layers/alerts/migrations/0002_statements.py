"""The layer's relation and its picture at a past time."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    replaces = [
        ("alerts", "0008_severity_then"),
    ]
    dependencies = [("alerts", "0001_tables"), ("core", "0002_initial")]

    operations = [
        migrations.RunSQL((SQL / "alerts_map.sql").read_text(), "DROP VIEW alerts_map"),
        migrations.RunSQL(
            (SQL / "alerts_as_of.sql").read_text(),
            "DROP FUNCTION alerts_as_of(timestamptz)",
        ),
    ]
