"""Alerts as of a past moment have the severity that they had then."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
GONE = "DROP FUNCTION alerts_as_of(timestamptz)"


class Migration(migrations.Migration):
    dependencies = [("alerts", "0007_grades")]

    operations = [
        migrations.RunSQL(
            [GONE, (SQL / "alerts_as_of.sql").read_text()],
            [GONE, (SQL / "third_alerts_as_of.sql").read_text()],
        ),
    ]
