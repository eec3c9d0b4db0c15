"""Parts of features on the map, and what was suppressed as of a past moment."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("alerts", "0005_command_room")]

    operations = [
        migrations.RunSQL(
            ["DROP VIEW alerts_map", (SQL / "alerts_map.sql").read_text()],
            ["DROP VIEW alerts_map", (SQL / "second_alerts_map.sql").read_text()],
        ),
        migrations.RunSQL(
            [
                "DROP FUNCTION alerts_as_of(timestamptz)",
                (SQL / "third_alerts_as_of.sql").read_text(),
            ],
            [
                "DROP FUNCTION alerts_as_of(timestamptz)",
                (SQL / "second_alerts_as_of.sql").read_text(),
            ],
        ),
    ]
