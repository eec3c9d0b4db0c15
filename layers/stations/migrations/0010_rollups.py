"""Hours and days of the values that were stored before there were any."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
HOUR, DAY, LOCAL = timedelta(hours=1), timedelta(days=1), timedelta(hours=7)
SPAN = """
SELECT min(at) AT TIME ZONE 'UTC', max(at) AT TIME ZONE 'UTC'
FROM stations_observation WHERE series_id = %s
"""


def fill(apps, schema_editor):
    """Series by series."""
    hours = (SQL / "hours.sql").read_text(encoding="utf-8")
    days = (SQL / "days.sql").read_text(encoding="utf-8")
    series = apps.get_model("stations", "Series").objects.values_list("pk", flat=True)
    with schema_editor.connection.cursor() as cursor:
        for pk in sorted(series):
            cursor.execute(SPAN, [pk])
            first, last = cursor.fetchone()
            if first is None:
                continue
            day = (first.replace(tzinfo=UTC) - HOUR + LOCAL).date()
            end = (last.replace(tzinfo=UTC) + LOCAL).date()
            midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - LOCAL
            wanted = [day + DAY * step for step in range((end - day).days + 2)]
            until = midnight + DAY * len(wanted)
            cursor.execute(
                hours,
                {"series": [pk], "after": [midnight], "until": [until],
                 "first": midnight, "last": until},
            )  # fmt: skip
            cursor.execute(days, {"series": [pk] * len(wanted), "day": wanted})


class Migration(migrations.Migration):
    dependencies = [("stations", "0009_reportrun")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
