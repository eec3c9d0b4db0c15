"""What deciding about positions as they come needs to remember."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):

    dependencies = [("vessels", "0005_devices")]
    operations = [
        migrations.AddField(
            model_name="device",
            name="valid",
            field=models.BooleanField(
                default=True,
                help_text="An MMSI that no state could have given is kept, but nothing is matched by it alone.",
                verbose_name="possible identity",
            ),
        ),
        migrations.RunSQL(
            (SQL / "ingest.sql").read_text(),
            "DROP VIEW vessels_fix; DROP TABLE vessels_judgement;"
            " DROP TABLE vessels_head; ALTER TABLE vessels_live DROP COLUMN digest",
        ),
    ]
