"""The view and the function pass on the units' shapes for low zooms and labels."""

from pathlib import Path

from django.db import migrations
from psycopg import sql

from layers.core.bands import columns
from layers.core.spec import by_role

FOLDER = Path(__file__).resolve().parent.parent / "sql"
UNITS = by_role("administrative-units")


def create(apps, schema_editor):
    schema_editor.execute("DROP FUNCTION indicators_as_of(timestamptz)", params=None)
    for name in ("map", "as_of_0004"):
        statement = sql.SQL((FOLDER / f"{name}.sql").read_text()).format(
            units=sql.Identifier(UNITS.relation),
            units_as_of=sql.Identifier(UNITS.as_of),
            bands=sql.SQL(", ").join(
                sql.Identifier("u", column) for column in columns(UNITS.tile)
            ),
        )
        schema_editor.execute(statement.as_string(None), params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("indicators", "0003_indicator_delete_delete"),
        (UNITS.app_label, "0003_bands"),
    ]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
