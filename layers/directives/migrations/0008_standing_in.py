"""Delegations that say what they cover, acts that are done once, drafts that only the
centre sees, orders to agencies, and the minutes that an extension made longer."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"
# Addressees see a directive from when it is issued.
DRAFTS = """
UPDATE directives_directive SET scope_units = '{}'
 WHERE issued_at IS NULL AND scope_units <> '{}'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("directives", "0007_register"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="delegation",
            name="signing",
            field=models.BooleanField(default=False, verbose_name="signature too"),
        ),
        migrations.AddField(
            model_name="delegation",
            name="document_no",
            field=models.CharField(
                blank=True, max_length=60, verbose_name="number of the paper"
            ),
        ),
        migrations.AddField(
            model_name="delegation",
            name="revoked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="revoked by",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="agency",
            field=models.CharField(blank=True, max_length=120, verbose_name="agency"),
        ),
        migrations.AddField(
            model_name="task",
            name="ordered_needed",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="task",
            name="ordered_legal",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="Answered",
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
                ("what", models.CharField(max_length=120)),
                ("key", models.CharField(max_length=100)),
                ("asked", models.CharField(max_length=64)),
                ("answer", models.TextField()),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "what", "key"), name="answered_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(DRAFTS, migrations.RunSQL.noop),
        migrations.RunSQL(
            (SQL / "directives_as_of.sql").read_text(), migrations.RunSQL.noop
        ),
    ]
