"""Which places change: triggers write them, web processes read them."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"
FILES = ("touched.sql", "touched_install.sql", "touched_reads.sql")


def create(apps, schema_editor):
    for name in FILES:
        schema_editor.execute((SQL / name).read_text(), params=None)


DROP = """
DROP FUNCTION ioc_touched, ioc_touch_lock CASCADE;
DROP FUNCTION ioc_reads, ioc_untouch, ioc_touch, ioc_touch_all, ioc_touch_triggers,
    ioc_touch_query, ioc_touch_units, ioc_touch_shapes, ioc_touch_rows CASCADE;
DROP VIEW ioc_touch_installed;
DROP FUNCTION ioc_touch_arguments, ioc_touch_name, ioc_mercator, ioc_change_told,
    ioc_change, ioc_change_lock, ioc_change_key;
DROP TYPE ioc_trigger, ioc_box;
DROP TABLE core_touched, core_touched_floor;
"""


def drop(apps, schema_editor):
    schema_editor.execute(DROP, params=None)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_initial")]
    operations = [
        # "schema.table" of a table that administrators publish
        migrations.AlterField(
            "layerversion",
            "slug",
            models.CharField(max_length=130, primary_key=True, serialize=False),
        ),
        migrations.RunPython(create, drop),
    ]
