"""The view over units and newest figures, and the same as of a time.

Which relation holds the units is asked of the registry: a layer's relation is
there after the newest migration of its app.
"""

from pathlib import Path

from django.db import migrations
from psycopg import sql

from layers.core.bands import columns
from layers.core.spec import by_role

SQL = Path(__file__).resolve().parent.parent / "sql"
UNITS = by_role("administrative-units")


def create(apps, schema_editor):
    for name in ("map", "as_of"):
        statement = sql.SQL((SQL / f"{name}.sql").read_text()).format(
            units=sql.Identifier(UNITS.relation),
            units_as_of=sql.Identifier(UNITS.as_of),
            bands=sql.SQL(", ").join(
                sql.Identifier("u", column) for column in columns(UNITS.tile)
            ),
        )
        schema_editor.execute(statement.as_string(None), params=None)


def drop(apps, schema_editor):
    schema_editor.execute("DROP FUNCTION indicators_as_of(timestamptz)", params=None)
    schema_editor.execute("DROP VIEW indicators_map", params=None)


class Migration(migrations.Migration):
    replaces = [
        ("indicators", "0006_latest_values"),
    ]
    dependencies = [("indicators", "0001_tables"), (UNITS.app_label, "__latest__")]

    operations = [
        migrations.RunPython(create, drop),
    ]
