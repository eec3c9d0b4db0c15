"""The shapes that are drawn at low zooms: a function for generated columns."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("core", "0003_touched")]
    operations = [
        migrations.RunSQL(
            (SQL / "band.sql").read_text(), "DROP FUNCTION ioc_band(geometry, integer)"
        ),
    ]
