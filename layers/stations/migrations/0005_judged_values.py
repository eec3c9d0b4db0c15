"""Values as they count, indices of every kind, and which limits a permit scales."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"

GONE = """
DROP FUNCTION stations_as_of(timestamptz);
DROP VIEW stations_map;
DROP FUNCTION stations_state_at(bigint[], timestamptz[]);
DROP FUNCTION stations_measured_at(bigint[], timestamptz[]);
DROP VIEW stations_valid;
DROP VIEW stations_current;
"""
MOVE = """
INSERT INTO stations_index
    (station_id, kind, period, at, value, parameter, parts, reason)
SELECT station_id, 'vn_aqi', 'hour', hour, aqi, parameter, parts, ''
FROM stations_airindex;
"""
SCALE = """
UPDATE stations_limit SET scaled = true
WHERE kind = 'effluent' AND parameter NOT IN ('pH', 'Temp', 'Color')
    AND legal_source LIKE 'QCVN 40:2011%';
"""


def statement(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("stations", "0004_stations_in_full")]

    operations = [
        migrations.RunSQL(GONE),
        migrations.RunSQL(MOVE),
        migrations.RunSQL(SCALE),
        migrations.DeleteModel(name="AirIndex"),
        migrations.RunSQL(statement("views")),
        migrations.RunSQL(statement("state_at_0005")),
        migrations.RunSQL(statement("map_0005")),
    ]
