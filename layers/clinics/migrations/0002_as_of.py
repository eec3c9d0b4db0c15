"""The layer at a past time."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("clinics", "0001_initial")]
    operations = [
        migrations.RunSQL(
            (SQL / "as_of.sql").read_text(), "DROP FUNCTION clinics_as_of(timestamptz)"
        ),
    ]
