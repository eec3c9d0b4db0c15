import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import layers.core.fields


class Migration(migrations.Migration):

    dependencies = [
        ("wall", "0004_scene_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="wallstate",
            options={
                "permissions": [
                    ("conduct_wall", "Can conduct walls"),
                    ("blank_wall", "Can blank walls"),
                ],
                "verbose_name": "state of a wall",
                "verbose_name_plural": "states of walls",
            },
        ),
        migrations.AlterField(
            model_name="wallstate",
            name="changed_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="wall",
            name="alarm_every_s",
            field=models.PositiveIntegerField(
                default=180,
                validators=[django.core.validators.MinValueValidator(10)],
                verbose_name="again after, s",
            ),
        ),
        migrations.AddField(
            model_name="wall",
            name="alarm_shown_s",
            field=models.PositiveIntegerField(
                default=40,
                validators=[django.core.validators.MinValueValidator(5)],
                verbose_name="an alarm is shown for, s",
            ),
        ),
        migrations.AddField(
            model_name="wall",
            name="links",
            field=models.PositiveIntegerField(
                default=1, verbose_name="number of the links of its panels"
            ),
        ),
        migrations.AddField(
            model_name="wall",
            name="panel_user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="its panels see what this user sees",
            ),
        ),
        migrations.AddField(
            model_name="wall",
            name="unit_id",
            field=layers.core.fields.UnitRefField(
                blank=True, db_index=True, null=True, verbose_name="administrative unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="wall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("alarm_shown_s__gte", 1),
                    ("alarm_shown_s__lt", models.F("alarm_every_s")),
                ),
                name="wall_alarms_have_pauses",
            ),
        ),
    ]
