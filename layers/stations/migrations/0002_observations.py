"""The partitioned table, the views and functions over it, and the legal limits."""

import csv
from pathlib import Path

from django.db import migrations

HERE = Path(__file__).resolve().parent.parent


def statement(name: str) -> str:
    return (HERE / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def load_limits(apps, schema_editor):
    limit = apps.get_model("stations", "Limit")
    with (HERE / "facts" / "limits.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["valid_to"] = row["valid_to"] or None
    limit.objects.bulk_create([limit(**row) for row in rows])


class Migration(migrations.Migration):
    dependencies = [("stations", "0001_initial")]

    operations = [
        migrations.RunSQL(
            statement("observation_0001"),
            "DROP VIEW stations_valid; DROP VIEW stations_current;"
            " DROP TABLE stations_observation",
        ),
        migrations.RunSQL(
            statement("state_at_0001"),
            "DROP FUNCTION stations_state_at(bigint[], timestamptz[]);"
            " DROP FUNCTION stations_measured_at(bigint[], timestamptz[])",
        ),
        migrations.RunSQL(
            statement("map_0001"),
            "DROP FUNCTION stations_as_of(timestamptz); DROP VIEW stations_map",
        ),
        migrations.RunPython(load_limits, migrations.RunPython.noop),
    ]
