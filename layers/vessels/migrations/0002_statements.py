"""Partitioned positions, the live table, and the layer's relation with its past and its tails."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    replaces = [
        ("vessels", "0010_worst"),
    ]
    dependencies = [("vessels", "0001_tables")]

    operations = [
        migrations.RunSQL(
            (SQL / "positions.sql").read_text(),
            "DROP FUNCTION vessels_make_partitions(date, integer); DROP TABLE vessels_dirty, vessels_live, vessels_reception, vessels_position",
        ),
        migrations.RunSQL(
            (SQL / "ingest.sql").read_text(),
            "DROP VIEW vessels_fix; DROP TABLE vessels_judgement, vessels_head",
        ),
        migrations.RunSQL(
            (SQL / "fitting_vms.sql").read_text(),
            "DROP TRIGGER vessels_fitting_vms ON vessels_fitting; DROP FUNCTION vessels_fitting_vms()",
        ),
        # one row per vessel, rewritten all the time: room on every page
        migrations.RunSQL(
            "ALTER TABLE vessels_state SET (fillfactor = 70)",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            (SQL / "views.sql").read_text(),
            "DROP VIEW vessels_tail; DROP FUNCTION vessels_as_of(timestamptz); DROP VIEW vessels_map",
        ),
    ]
