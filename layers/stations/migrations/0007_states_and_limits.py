"""What a station says grows: water index, rate of rise, rain of an hour, trend; limits
that a permit names and scales; averages from hours."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"

GONE = """
DROP FUNCTION stations_as_of(timestamptz);
DROP VIEW stations_map;
DROP FUNCTION stations_state_at(bigint[], timestamptz[]);
DROP FUNCTION stations_measured_at(bigint[], timestamptz[]);
"""


def statement(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("stations", "0006_dated_alarm_levels")]

    operations = [
        migrations.RunSQL(GONE),
        migrations.AddField(
            "stationstate", "wqi", models.SmallIntegerField(null=True)
        ),
        migrations.AddField("stationstate", "rate_m_h", models.FloatField(null=True)),
        migrations.AddField("stationstate", "rain_1h_mm", models.FloatField(null=True)),
        migrations.AddField(
            "stationstate", "trend", models.SmallIntegerField(null=True)
        ),
        migrations.RunSQL(statement("measured_at")),
        migrations.RunSQL(statement("state_at")),
        migrations.RunSQL(statement("map")),
    ]
