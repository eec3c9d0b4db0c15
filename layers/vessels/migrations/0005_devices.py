"""Devices get a history of whose they were; positions belong to devices."""

from pathlib import Path

import django.contrib.postgres.constraints
import django.db.models.deletion
import layers.vessels.models.devices
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"
NOW = "SET CONSTRAINTS ALL IMMEDIATE"


def move(name: str) -> migrations.RunSQL:
    return migrations.RunSQL([NOW, (SQL / name).read_text(), NOW])


class Migration(migrations.Migration):

    dependencies = [
        ('vessels', '0004_tail'),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name='Provider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('title', models.CharField(max_length=120, verbose_name='name')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
            ],
            options={
                'verbose_name': 'VMS provider',
                'verbose_name_plural': 'VMS providers',
                'ordering': ('title',),
            },
        ),
        migrations.CreateModel(
            name='Receiver',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='name')),
            ],
            options={
                'verbose_name': 'receiver',
                'verbose_name_plural': 'receivers',
            },
        ),
        migrations.AddField(
            model_name='device',
            name='kind',
            field=models.CharField(choices=[('ais', 'AIS transponder'), ('vms', 'VMS device'), ('manual', 'Reports by people'), ('table', 'Table of positions')], default='ais', max_length=10, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='Fitting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('branch', models.SmallIntegerField(default=0, verbose_name='branch')),
                ('since', models.DateTimeField(blank=True, null=True, verbose_name='since')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('counted', models.BooleanField(default=True, verbose_name='counted')),
                ('basis', models.CharField(choices=[('register', 'Register'), ('heard', 'Only heard'), ('match', 'Matched by what it says'), ('staff', 'Set by staff')], default='register', max_length=10, verbose_name='known from')),
                ('score', models.FloatField(blank=True, null=True, verbose_name='score')),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fittings', to='vessels.device')),
                ('vessel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fittings', to='vessels.vessel')),
            ],
            options={
                'verbose_name': 'fitted device',
                'verbose_name_plural': 'fitted devices',
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('device', '='), ('branch', '='), (layers.vessels.models.devices.Span('since', 'until'), '&&')], name='fitting_one_vessel_at_a_time'), models.CheckConstraint(condition=models.Q(('since__isnull', True), ('until__isnull', True), ('since__lt', models.F('until')), _connector='OR'), name='fitting_in_order', violation_error_message='The end is before the beginning.')],
            },
        ),
        move("devices_moved.sql"),
        migrations.RenameField('device', 'provider', 'provider_name'),
        migrations.AddField(
            model_name='device',
            name='provider',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='devices', to='vessels.provider', verbose_name='provider'),
        ),
        migrations.RunSQL(
            "UPDATE vessels_device d SET provider_id = p.id,"
            " kind = CASE WHEN d.key LIKE 'mmsi:%' THEN 'ais' ELSE 'vms' END"
            " FROM vessels_device o LEFT JOIN vessels_provider p"
            " ON p.title = o.provider_name WHERE o.id = d.id; " + NOW
        ),
        migrations.RemoveField(model_name='device', name='provider_name'),
        migrations.RemoveField(
            model_name='device',
            name='counted',
        ),
        migrations.RemoveField(
            model_name='device',
            name='vessel',
        ),
        move("positions.sql"),
        move("positions_moved.sql"),
    ]
