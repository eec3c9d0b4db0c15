"""Patterns that need a look, and the first settings of the quality tests."""

import csv
import json
from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FACTS = Path(__file__).resolve().parent.parent / "facts" / "quality.csv"


def load_settings(apps, schema_editor):
    setting = apps.get_model("stations", "QualitySetting")
    with FACTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    setting.objects.bulk_create(
        [
            setting(
                test=row["test"],
                parameter=row["parameter"],
                kind=row["kind"],
                enabled=row["enabled"] == "yes",
                params=json.loads(row["params"]),
                note=row["note"],
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0007_states_and_limits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="review",
            options={"permissions": [("review_values", "Can decide about values")]},
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("kind", models.CharField(max_length=30)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("evidence", models.JSONField(default=dict)),
                ("found_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("explained", "explained"),
                            ("followed", "followed up"),
                        ],
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="stations.series",
                    ),
                ),
            ],
            options={
                "db_table": "stations_finding",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("series", "kind", "since"), name="finding_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(
            "CREATE INDEX stations_judgement_at ON stations_judgement (at)",
            "DROP INDEX stations_judgement_at",
        ),
        migrations.RunPython(load_settings, migrations.RunPython.noop),
    ]
