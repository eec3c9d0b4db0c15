"""The gravest state of a vessel as a column of the layer's relation and of its past."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):

    dependencies = [("vessels", "0009_views")]
    operations = [
        migrations.RunSQL(
            "DROP FUNCTION vessels_as_of(timestamptz);"
            + (SQL / "views.sql").read_text(),
            migrations.RunSQL.noop,
        ),
    ]
