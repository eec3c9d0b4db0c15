"""Tables of settled tracks, and the relation of the layer."""

from pathlib import Path

import django.contrib.gis.db.models.fields
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):

    initial = True
    dependencies = [("core", "0001_functions"), ("vessels", "0002_statements")]
    operations = [
        migrations.CreateModel(
            name="Piece",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(verbose_name="last fix")),
                ("started_at", models.DateTimeField(verbose_name="first fix")),
                ("kind", models.CharField(choices=[("track", "Track"), ("gap", "Silence"), ("suspect", "Not credible")], max_length=8, verbose_name="kind")),
                ("branch", models.SmallIntegerField(verbose_name="branch")),
                ("segment", models.SmallIntegerField(verbose_name="segment")),
                ("begins", models.SmallIntegerField(verbose_name="why it begins")),
                ("fixes", models.IntegerField(verbose_name="fixes")),
                ("distance_m", models.FloatField(verbose_name="length (m)")),
                ("speed_kn", models.FloatField(null=True, verbose_name="mean speed (kn)")),
                ("max_kn", models.FloatField(null=True, verbose_name="highest speed (kn)")),
                ("reasons", models.IntegerField(verbose_name="reasons for doubt")),
                ("geom", django.contrib.gis.db.models.fields.GeometryField(srid=4326, verbose_name="line")),
            ],
            options={
                "verbose_name": "piece of a track",
                "verbose_name_plural": "pieces of tracks",
                "db_table": "tracks_piece",
                "ordering": ("-at",),
                "managed": False,
            },
        ),
        migrations.RunSQL(
            (SQL / "tables.sql").read_text(),
            "DROP TRIGGER tracks_fitting_changed ON vessels_fitting;"
            " DROP FUNCTION tracks_fitting_changed();"
            " DROP FUNCTION tracks_make_partitions(date[]);"
            " DROP TABLE tracks_piece; DROP SEQUENCE tracks_piece_id;"
            " DROP TABLE tracks_day; DROP VIEW tracks_waiting; DROP TABLE tracks_work",
        ),
        migrations.RunSQL(
            (SQL / "views.sql").read_text(),
            "DROP FUNCTION tracks_as_of(timestamptz); DROP VIEW tracks_map",
        ),
    ]
