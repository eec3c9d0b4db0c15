from pathlib import Path

from django.db import migrations

from layers.core.bands import anchor_field

SQL = Path(__file__).parent.parent / 'sql'
GONE = (
    'DROP FUNCTION hazard_warnings_as_of(timestamptz); DROP VIEW hazard_warnings_map;'
    ' DROP VIEW hazard_warnings_all;'
)


class Migration(migrations.Migration):
    """One point for the words of a warning, however many tiles it covers."""

    dependencies = [('hazard_warnings', '0001_initial')]

    operations = [
        migrations.RunSQL(GONE, (SQL / 'map_0001.sql').read_text()),
        migrations.AddField('warning', 'anchor', anchor_field()),
        migrations.RunSQL((SQL / 'map.sql').read_text(), GONE),
    ]
