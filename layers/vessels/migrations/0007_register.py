"""The register's imports and what nobody could match for certain."""

from pathlib import Path

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import layers.vessels.models.devices
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"
NOW = "SET CONSTRAINTS ALL IMMEDIATE"


class Migration(migrations.Migration):

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
        ('vessels', '0006_ingest'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Conflict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('match_candidate', 'May be a registered vessel'), ('shared_identity', 'Identity used by several boats'), ('invalid_identity', 'Identity is not valid'), ('changed_identity', 'Changed its name or size'), ('two_devices_counted', 'Two devices counted'), ('duplicate_registration', 'Registration used twice')], max_length=24, verbose_name='kind')),
                ('branch', models.SmallIntegerField(default=0, verbose_name='branch')),
                ('candidates', models.JSONField(default=list)),
                ('said', models.JSONField(default=dict)),
                ('rejected', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('unit_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('score', models.FloatField(default=0.0, verbose_name='score')),
                ('state', models.CharField(choices=[('open', 'Open'), ('fitted', 'Fitted to a vessel'), ('apart', 'Kept apart'), ('ignored', 'Ignored'), ('settled', 'Settled by itself')], default='open', max_length=10, verbose_name='state')),
                ('opened_at', models.DateTimeField(verbose_name='opened')),
                ('resolved_at', models.DateTimeField(null=True, verbose_name='resolved')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'identity conflict',
                'verbose_name_plural': 'identity conflicts',
            },
        ),
        migrations.CreateModel(
            name='ConflictEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('match_candidate', 'May be a registered vessel'), ('shared_identity', 'Identity used by several boats'), ('invalid_identity', 'Identity is not valid'), ('changed_identity', 'Changed its name or size'), ('two_devices_counted', 'Two devices counted'), ('duplicate_registration', 'Registration used twice')], max_length=24, verbose_name='kind')),
                ('branch', models.SmallIntegerField(default=0, verbose_name='branch')),
                ('rejected', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('state', models.CharField(choices=[('open', 'Open'), ('fitted', 'Fitted to a vessel'), ('apart', 'Kept apart'), ('ignored', 'Ignored'), ('settled', 'Settled by itself')], default='open', max_length=10, verbose_name='state')),
                ('opened_at', models.DateTimeField(verbose_name='opened')),
                ('resolved_at', models.DateTimeField(null=True, verbose_name='resolved')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Examined',
            fields=[
                ('device', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='vessels.device')),
                ('newest_report', models.BigIntegerField()),
                ('tracks', models.SmallIntegerField(default=1)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='FittingEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('branch', models.SmallIntegerField(default=0, verbose_name='branch')),
                ('since', models.DateTimeField(blank=True, null=True, verbose_name='since')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('counted', models.BooleanField(default=True, verbose_name='counted')),
                ('basis', models.CharField(choices=[('register', 'Register'), ('heard', 'Only heard'), ('match', 'Matched by what it says'), ('staff', 'Set by staff')], default='register', max_length=10, verbose_name='known from')),
                ('score', models.FloatField(blank=True, null=True, verbose_name='score')),
                ('vms', models.BooleanField(default=False, editable=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RefusedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField(verbose_name='row')),
                ('column', models.CharField(blank=True, max_length=120, verbose_name='column')),
                ('reason', models.CharField(max_length=40, verbose_name='reason')),
                ('value', models.CharField(blank=True, max_length=200, verbose_name='value')),
                ('cells', models.JSONField(default=dict)),
            ],
            options={
                'verbose_name': 'refused row',
                'verbose_name_plural': 'refused rows',
                'ordering': ('row', 'id'),
            },
        ),
        migrations.CreateModel(
            name='RegisterImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='file')),
                ('sha256', models.CharField(max_length=64)),
                ('body', models.BinaryField()),
                ('source', models.CharField(max_length=60, verbose_name='source')),
                ('full', models.BooleanField(default=False, verbose_name='the whole register')),
                ('day', models.DateField(verbose_name='valid on')),
                ('state', models.CharField(choices=[('checked', 'Checked, not written'), ('written', 'Written'), ('unreadable', 'Not readable')], default='checked', max_length=12, verbose_name='state')),
                ('counts', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='handed in')),
                ('written_at', models.DateTimeField(null=True, verbose_name='written')),
            ],
            options={
                'verbose_name': 'file of the register',
                'verbose_name_plural': 'files of the register',
                'ordering': ('-created_at',),
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='vessel',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='vessel',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='vessel',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='fitting',
            name='vms',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunSQL(
            [NOW, (SQL / "fitting_vms.sql").read_text(), NOW],
            "DROP TRIGGER vessels_fitting_vms ON vessels_fitting; DROP FUNCTION vessels_fitting_vms()",
        ),
        migrations.AddField(
            model_name='vessel',
            name='aliases',
            field=models.CharField(blank=True, editable=False),
        ),
        migrations.AddField(
            model_name='vessel',
            name='missing_since',
            field=models.DateField(blank=True, null=True, verbose_name='missing from the register since'),
        ),
        migrations.AddField(
            model_name='vessel',
            name='owner_phone',
            field=models.CharField(blank=True, max_length=40, verbose_name="owner's phone"),
        ),
        migrations.AddField(
            model_name='vesselevent',
            name='missing_since',
            field=models.DateField(blank=True, null=True, verbose_name='missing from the register since'),
        ),
        migrations.AddField(
            model_name='vesselevent',
            name='owner_phone',
            field=models.CharField(blank=True, max_length=40, verbose_name="owner's phone"),
        ),
        migrations.AlterField(
            model_name='vessel',
            name='phone',
            field=models.CharField(blank=True, max_length=40, verbose_name='phone on board'),
        ),
        migrations.RemoveIndex(model_name='vessel', name='vessel_search'),
        migrations.RemoveField(model_name='vessel', name='search_text'),
        migrations.AddField(
            model_name='vessel',
            name='search_text',
            field=models.GeneratedField(db_persist=True, expression=models.Func(django.db.models.functions.text.Concat(django.db.models.functions.comparison.Coalesce(models.F('title'), models.Value('')), models.Value(' '), django.db.models.functions.comparison.Coalesce(models.F('registration'), models.Value('')), models.Value(' '), django.db.models.functions.comparison.Coalesce(models.F('registration_key'), models.Value('')), models.Value(' '), django.db.models.functions.comparison.Coalesce(models.F('mmsi'), models.Value('')), models.Value(' '), django.db.models.functions.comparison.Coalesce(models.F('call_sign'), models.Value('')), models.Value(' '), django.db.models.functions.comparison.Coalesce(models.F('aliases'), models.Value('')), models.Value(' ')), function='ioc_fold'), output_field=models.TextField()),
        ),
        migrations.AddIndex(
            model_name='vessel',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(models.F('search_text'), name='gin_trgm_ops'), name='vessel_search'),
        ),
        migrations.AlterField(
            model_name='vesselevent',
            name='phone',
            field=models.CharField(blank=True, max_length=40, verbose_name='phone on board'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='fitting',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "vessels_fittingevent" ("basis", "branch", "counted", "device_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "score", "since", "until", "vessel_id", "vms") VALUES (NEW."basis", NEW."branch", NEW."counted", NEW."device_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."score", NEW."since", NEW."until", NEW."vessel_id", NEW."vms"); RETURN NULL;', hash='f3cd4e388f538ac19b6f87e90f62e6607e41ff5e', operation='INSERT', pgid='pgtrigger_insert_insert_080d5', table='vessels_fitting', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='fitting',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "vessels_fittingevent" ("basis", "branch", "counted", "device_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "score", "since", "until", "vessel_id", "vms") VALUES (NEW."basis", NEW."branch", NEW."counted", NEW."device_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."score", NEW."since", NEW."until", NEW."vessel_id", NEW."vms"); RETURN NULL;', hash='d6643f31ff16a92364b526a2297e79b4d40db7cf', operation='UPDATE', pgid='pgtrigger_update_update_29f82', table='vessels_fitting', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='fitting',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "vessels_fittingevent" ("basis", "branch", "counted", "device_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "score", "since", "until", "vessel_id", "vms") VALUES (OLD."basis", OLD."branch", OLD."counted", OLD."device_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."score", OLD."since", OLD."until", OLD."vessel_id", OLD."vms"); RETURN NULL;', hash='cc769e2c9f4865dc743c71be194b62b9724749af', operation='DELETE', pgid='pgtrigger_delete_delete_c7cf9', table='vessels_fitting', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vessel',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "vessels_vesselevent" ("built_year", "call_sign", "captain", "created_at", "destination", "external_id", "gear", "geom", "home_port", "id", "imo", "inspection_expires", "length_m", "licence_expires", "licence_no", "missing_since", "mmsi", "owner", "owner_phone", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "power_kw", "registered", "registration", "registration_key", "source", "title", "unit_id", "updated_at", "vessel_class", "width_m") VALUES (NEW."built_year", NEW."call_sign", NEW."captain", NEW."created_at", NEW."destination", NEW."external_id", NEW."gear", NEW."geom", NEW."home_port", NEW."id", NEW."imo", NEW."inspection_expires", NEW."length_m", NEW."licence_expires", NEW."licence_no", NEW."missing_since", NEW."mmsi", NEW."owner", NEW."owner_phone", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."power_kw", NEW."registered", NEW."registration", NEW."registration_key", NEW."source", NEW."title", NEW."unit_id", NEW."updated_at", NEW."vessel_class", NEW."width_m"); RETURN NULL;', hash='0d8407f56a91d2b8f2fe937ba36453a54d52cffb', operation='INSERT', pgid='pgtrigger_insert_insert_6354a', table='vessels_vessel', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vessel',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."built_year" IS DISTINCT FROM (NEW."built_year") OR OLD."call_sign" IS DISTINCT FROM (NEW."call_sign") OR OLD."captain" IS DISTINCT FROM (NEW."captain") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."destination" IS DISTINCT FROM (NEW."destination") OR OLD."external_id" IS DISTINCT FROM (NEW."external_id") OR OLD."gear" IS DISTINCT FROM (NEW."gear") OR OLD."geom" IS DISTINCT FROM (NEW."geom") OR OLD."home_port" IS DISTINCT FROM (NEW."home_port") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."imo" IS DISTINCT FROM (NEW."imo") OR OLD."inspection_expires" IS DISTINCT FROM (NEW."inspection_expires") OR OLD."length_m" IS DISTINCT FROM (NEW."length_m") OR OLD."licence_expires" IS DISTINCT FROM (NEW."licence_expires") OR OLD."licence_no" IS DISTINCT FROM (NEW."licence_no") OR OLD."missing_since" IS DISTINCT FROM (NEW."missing_since") OR OLD."mmsi" IS DISTINCT FROM (NEW."mmsi") OR OLD."owner" IS DISTINCT FROM (NEW."owner") OR OLD."owner_phone" IS DISTINCT FROM (NEW."owner_phone") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."power_kw" IS DISTINCT FROM (NEW."power_kw") OR OLD."registered" IS DISTINCT FROM (NEW."registered") OR OLD."registration" IS DISTINCT FROM (NEW."registration") OR OLD."registration_key" IS DISTINCT FROM (NEW."registration_key") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."vessel_class" IS DISTINCT FROM (NEW."vessel_class") OR OLD."width_m" IS DISTINCT FROM (NEW."width_m"))', func='INSERT INTO "vessels_vesselevent" ("built_year", "call_sign", "captain", "created_at", "destination", "external_id", "gear", "geom", "home_port", "id", "imo", "inspection_expires", "length_m", "licence_expires", "licence_no", "missing_since", "mmsi", "owner", "owner_phone", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "power_kw", "registered", "registration", "registration_key", "source", "title", "unit_id", "updated_at", "vessel_class", "width_m") VALUES (NEW."built_year", NEW."call_sign", NEW."captain", NEW."created_at", NEW."destination", NEW."external_id", NEW."gear", NEW."geom", NEW."home_port", NEW."id", NEW."imo", NEW."inspection_expires", NEW."length_m", NEW."licence_expires", NEW."licence_no", NEW."missing_since", NEW."mmsi", NEW."owner", NEW."owner_phone", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."power_kw", NEW."registered", NEW."registration", NEW."registration_key", NEW."source", NEW."title", NEW."unit_id", NEW."updated_at", NEW."vessel_class", NEW."width_m"); RETURN NULL;', hash='22dcd70ec5467f1a852de178a7b3354761943f99', operation='UPDATE', pgid='pgtrigger_update_update_3ceea', table='vessels_vessel', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vessel',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "vessels_vesselevent" ("built_year", "call_sign", "captain", "created_at", "destination", "external_id", "gear", "geom", "home_port", "id", "imo", "inspection_expires", "length_m", "licence_expires", "licence_no", "missing_since", "mmsi", "owner", "owner_phone", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "power_kw", "registered", "registration", "registration_key", "source", "title", "unit_id", "updated_at", "vessel_class", "width_m") VALUES (OLD."built_year", OLD."call_sign", OLD."captain", OLD."created_at", OLD."destination", OLD."external_id", OLD."gear", OLD."geom", OLD."home_port", OLD."id", OLD."imo", OLD."inspection_expires", OLD."length_m", OLD."licence_expires", OLD."licence_no", OLD."missing_since", OLD."mmsi", OLD."owner", OLD."owner_phone", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."power_kw", OLD."registered", OLD."registration", OLD."registration_key", OLD."source", OLD."title", OLD."unit_id", OLD."updated_at", OLD."vessel_class", OLD."width_m"); RETURN NULL;', hash='64c9f254d63e58c155d1f6f40ff75e9f7dc4211b', operation='DELETE', pgid='pgtrigger_delete_delete_5bcbc', table='vessels_vessel', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='fitting',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('counted', True), ('vms', True)), expressions=[('vessel', '='), ('device', '<>'), (layers.vessels.models.devices.Span('since', 'until'), '&&')], name='fitting_one_counted_at_a_time', violation_error_message='Another VMS device of the vessel counts at that time.'),
        ),
        migrations.AddField(
            model_name='conflict',
            name='device',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='conflicts', to='vessels.device', verbose_name='device'),
        ),
        migrations.AddField(
            model_name='conflict',
            name='resolved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who'),
        ),
        migrations.AddField(
            model_name='conflict',
            name='vessel',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='conflicts', to='vessels.vessel', verbose_name='vessel'),
        ),
        migrations.AddField(
            model_name='conflictevent',
            name='device',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='vessels.device', verbose_name='device'),
        ),
        migrations.AddField(
            model_name='conflictevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='conflictevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='vessels.conflict'),
        ),
        migrations.AddField(
            model_name='conflictevent',
            name='resolved_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who'),
        ),
        migrations.AddField(
            model_name='conflictevent',
            name='vessel',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='vessels.vessel', verbose_name='vessel'),
        ),
        migrations.AddField(
            model_name='fittingevent',
            name='device',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='vessels.device'),
        ),
        migrations.AddField(
            model_name='fittingevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='fittingevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='vessels.fitting'),
        ),
        migrations.AddField(
            model_name='fittingevent',
            name='vessel',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='vessels.vessel'),
        ),
        migrations.AddField(
            model_name='registerimport',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who'),
        ),
        migrations.AddField(
            model_name='refusedrow',
            name='of',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refused', to='vessels.registerimport'),
        ),
        migrations.AddIndex(
            model_name='conflict',
            index=models.Index(fields=['state', '-opened_at'], name='conflict_list'),
        ),
        migrations.AddIndex(
            model_name='conflict',
            index=django.contrib.postgres.indexes.GinIndex(fields=['unit_ids'], name='conflict_units'),
        ),
        migrations.AddConstraint(
            model_name='conflict',
            constraint=models.UniqueConstraint(condition=models.Q(('device__isnull', False)), fields=('kind', 'device', 'branch'), name='conflict_once_per_device'),
        ),
        migrations.AddConstraint(
            model_name='conflict',
            constraint=models.UniqueConstraint(condition=models.Q(('device__isnull', True)), fields=('kind', 'vessel'), name='conflict_once_per_vessel'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='conflict',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "vessels_conflictevent" ("branch", "device_id", "id", "kind", "opened_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "rejected", "resolved_at", "resolved_by_id", "state", "vessel_id") VALUES (NEW."branch", NEW."device_id", NEW."id", NEW."kind", NEW."opened_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."rejected", NEW."resolved_at", NEW."resolved_by_id", NEW."state", NEW."vessel_id"); RETURN NULL;', hash='0acd647f07e88cc9359dccb97c481b8bbec5d1ae', operation='INSERT', pgid='pgtrigger_insert_insert_2bf51', table='vessels_conflict', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='conflict',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."branch" IS DISTINCT FROM (NEW."branch") OR OLD."device_id" IS DISTINCT FROM (NEW."device_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."rejected" IS DISTINCT FROM (NEW."rejected") OR OLD."resolved_at" IS DISTINCT FROM (NEW."resolved_at") OR OLD."resolved_by_id" IS DISTINCT FROM (NEW."resolved_by_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."vessel_id" IS DISTINCT FROM (NEW."vessel_id"))', func='INSERT INTO "vessels_conflictevent" ("branch", "device_id", "id", "kind", "opened_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "rejected", "resolved_at", "resolved_by_id", "state", "vessel_id") VALUES (NEW."branch", NEW."device_id", NEW."id", NEW."kind", NEW."opened_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."rejected", NEW."resolved_at", NEW."resolved_by_id", NEW."state", NEW."vessel_id"); RETURN NULL;', hash='7e0888345c6284406c091e0049d1e6a68be9e70c', operation='UPDATE', pgid='pgtrigger_update_update_99701', table='vessels_conflict', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='conflict',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "vessels_conflictevent" ("branch", "device_id", "id", "kind", "opened_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "rejected", "resolved_at", "resolved_by_id", "state", "vessel_id") VALUES (OLD."branch", OLD."device_id", OLD."id", OLD."kind", OLD."opened_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."rejected", OLD."resolved_at", OLD."resolved_by_id", OLD."state", OLD."vessel_id"); RETURN NULL;', hash='2ef9637e0b1e763e0f46030b7be15b7b6c9c313c', operation='DELETE', pgid='pgtrigger_delete_delete_9afbe', table='vessels_conflict', when='AFTER')),
        ),
    ]
