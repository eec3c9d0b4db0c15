import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

URGENCY = [("ordinary", "Ordinary"), ("urgent", "Urgent")]


def _id() -> models.BigAutoField:
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("directives", "0006_flow"),
        ("core", "0006_upload_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="TaskRegister",
            fields=[
                ("id", _id()),
                (
                    "slug",
                    models.SlugField(max_length=30, unique=True, verbose_name="code"),
                ),
                ("title", models.CharField(max_length=120, verbose_name="name")),
                (
                    "settings",
                    models.JSONField(blank=True, default=dict, verbose_name="settings"),
                ),
                (
                    "enabled",
                    models.BooleanField(default=False, verbose_name="in use"),
                ),
                ("etag", models.CharField(blank=True, max_length=200)),
                (
                    "pulled_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="last asked"
                    ),
                ),
            ],
            options={
                "verbose_name": "task register",
                "verbose_name_plural": "task registers",
                "ordering": ("slug",),
            },
        ),
        migrations.CreateModel(
            name="RegisterEntry",
            fields=[
                ("id", _id()),
                (
                    "register_no",
                    models.CharField(max_length=60, verbose_name="register number"),
                ),
                (
                    "urgency",
                    models.CharField(
                        choices=URGENCY,
                        default="ordinary",
                        max_length=10,
                        verbose_name="urgency",
                    ),
                ),
                ("paper_date", models.DateField(verbose_name="date of the paper")),
                ("entered_on", models.DateField(verbose_name="entered")),
                (
                    "enter_by",
                    models.DateField(null=True, verbose_name="to be entered by"),
                ),
                ("deadline", models.DateField(null=True, verbose_name="deadline")),
                ("their_status", models.CharField(blank=True, max_length=12)),
                ("pushed_status", models.CharField(blank=True, max_length=12)),
                ("refused_status", models.CharField(blank=True, max_length=12)),
                ("pushes", models.PositiveIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                (
                    "directive",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="register_entry",
                        to="directives.directive",
                    ),
                ),
                (
                    "register",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="directives.taskregister",
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="core.upload",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of the register",
                "verbose_name_plural": "entries of the register",
                "ordering": ("register_no",),
            },
        ),
        migrations.CreateModel(
            name="RegisterLog",
            fields=[
                ("id", _id()),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="time"
                    ),
                ),
                ("what", models.CharField(max_length=10, verbose_name="what")),
                ("outcome", models.CharField(max_length=10, verbose_name="outcome")),
                (
                    "register_no",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="register number"
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, max_length=500, verbose_name="note"),
                ),
                (
                    "register",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="log",
                        to="directives.taskregister",
                    ),
                ),
            ],
            options={
                "verbose_name": "exchange with a register",
                "verbose_name_plural": "exchanges with registers",
                "ordering": ("-at", "-pk"),
            },
        ),
        migrations.AddConstraint(
            model_name="registerentry",
            constraint=models.UniqueConstraint(
                fields=("register_no",), name="register_entry_once"
            ),
        ),
        migrations.AddIndex(
            model_name="registerlog",
            index=models.Index(fields=["register", "-at"], name="register_log_newest"),
        ),
    ]
