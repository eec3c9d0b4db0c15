"""The layer's relation, its past, and its tails."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):

    dependencies = [("vessels", "0008_duties")]
    operations = [
        migrations.RunSQL(
            (SQL / "views.sql").read_text(),
            "DROP VIEW vessels_tail; DROP FUNCTION vessels_as_of(timestamptz);"
            " DROP VIEW vessels_map",
        ),
    ]
