"""The view over units and newest figures, and the same as of a time.

Which relation holds the units is asked of the registry: a layer's relation is
there after the first migration of its app.
"""

from pathlib import Path

from django.db import migrations
from psycopg import sql

from layers.core.spec import by_role

FOLDER = Path(__file__).resolve().parent.parent / "sql"
UNITS = by_role("administrative-units")


def create(apps, schema_editor):
    for name in ("map", "as_of"):
        statement = sql.SQL((FOLDER / f"{name}_0002.sql").read_text()).format(
            units=sql.Identifier(UNITS.relation),
            units_as_of=sql.Identifier(UNITS.as_of),
        )
        schema_editor.execute(statement.as_string(None), params=None)


def drop(apps, schema_editor):
    schema_editor.execute("DROP FUNCTION indicators_as_of(timestamptz)", params=None)
    schema_editor.execute("DROP VIEW indicators_map", params=None)


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial"), (UNITS.app_label, "__first__")]
    operations = [migrations.RunPython(create, drop)]
