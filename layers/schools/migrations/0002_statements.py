"""Schools as of a past time."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    replaces = [
        ("schools", "0003_years"),
    ]
    dependencies = [("schools", "0001_tables")]

    operations = [
        migrations.RunSQL(
            (SQL / "as_of.sql").read_text(), "DROP FUNCTION schools_as_of(timestamptz)"
        ),
    ]
