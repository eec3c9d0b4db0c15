"""The relation that tails are read from."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("vessels", "0003_vessel_delete_delete")]
    operations = [
        migrations.RunSQL((SQL / "first_tail.sql").read_text(), "DROP VIEW vessels_tail"),
    ]
