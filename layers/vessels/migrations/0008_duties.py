"""Reporting duties, outages, faults and contacts."""

import django.contrib.gis.db.models.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
        ('vessels', '0007_register'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReportingDutyEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('code', models.SlugField(db_index=False, max_length=40, verbose_name='code')),
                ('title', models.CharField(max_length=160, verbose_name='name')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='order')),
                ('length_from_m', models.FloatField(default=15.0, verbose_name='length from (m)')),
                ('length_to_m', models.FloatField(blank=True, null=True, verbose_name='length below (m)')),
                ('only', models.TextField(blank=True, help_text='CQL2 over the fields of the layer; empty: all', verbose_name='only vessels')),
                ('interval_min', models.PositiveIntegerField(default=120, verbose_name='reports every (min)')),
                ('grace_min', models.PositiveIntegerField(default=30, verbose_name='grace (min)')),
                ('silent_h', models.PositiveIntegerField(default=6, verbose_name='silent after (h)')),
                ('return_days', models.PositiveIntegerField(default=10, verbose_name='back in port within (d)')),
                ('manual_h', models.PositiveIntegerField(default=6, verbose_name='with a broken device a report every (h)')),
                ('absent_months', models.PositiveIntegerField(default=6, verbose_name='listed as absent after (months)')),
                ('legal_basis', models.CharField(blank=True, max_length=300, verbose_name='legal basis')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='last day valid')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='VesselState',
            fields=[
                ('vessel', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='state', serialize=False, to='vessels.vessel')),
                ('at', models.DateTimeField(null=True)),
                ('at_sea', models.BooleanField(null=True, verbose_name='at sea')),
                ('since', models.DateTimeField(null=True, verbose_name='since')),
                ('port_id', models.BigIntegerField(null=True)),
                ('port', models.CharField(blank=True, max_length=200, verbose_name='port')),
                ('band', models.CharField(blank=True, max_length=20, verbose_name='fishing band')),
                ('beyond', models.BooleanField(default=False, verbose_name='beyond the outer limit')),
                ('beyond_since', models.DateTimeField(null=True)),
                ('provider', models.CharField(blank=True, max_length=120, verbose_name='VMS provider')),
                ('manual_at', models.DateTimeField(null=True)),
                ('step', models.CharField(blank=True, max_length=20, verbose_name='ladder')),
                ('step_since', models.DateTimeField(null=True)),
                ('next_step', models.CharField(blank=True, max_length=20)),
                ('next_at', models.DateTimeField(null=True)),
                ('counted_from', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'vessels_state',
                'verbose_name': 'state of a vessel',
                'verbose_name_plural': 'states of vessels',
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('channel', models.CharField(choices=[('phone', 'Phone'), ('radio', 'Radio'), ('provider', 'Message through the provider'), ('visit', 'Visit'), ('other', 'Other')], max_length=10, verbose_name='channel')),
                ('person', models.CharField(blank=True, max_length=120, verbose_name='who was called')),
                ('number', models.CharField(blank=True, max_length=40, verbose_name='number')),
                ('outcome', models.CharField(choices=[('reached', 'Reached'), ('no_answer', 'No answer'), ('wrong_number', 'Wrong number'), ('heading_home', 'Heading home'), ('sheltering', 'Sheltering'), ('promised', 'Promised to comply'), ('refused', 'Refused')], max_length=16, verbose_name='outcome')),
                ('text', models.TextField(blank=True, verbose_name='what was said')),
                ('place', django.contrib.gis.db.models.fields.PointField(blank=True, null=True, srid=4326, verbose_name='position told')),
                ('layer', models.CharField(blank=True, max_length=41)),
                ('feature_id', models.BigIntegerField(blank=True, null=True)),
                ('known_at', models.DateTimeField(auto_now_add=True)),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vessels.contact')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('vessel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='vessels.vessel')),
            ],
            options={
                'verbose_name': 'contact',
                'verbose_name_plural': 'contacts',
                'ordering': ('-at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='DeviceFault',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('broken_at', models.DateTimeField(verbose_name='broken since')),
                ('reported_by', models.CharField(blank=True, max_length=120, verbose_name='told by')),
                ('channel', models.CharField(blank=True, max_length=20, verbose_name='channel')),
                ('mended_at', models.DateTimeField(blank=True, null=True, verbose_name='mended')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('known_at', models.DateTimeField(auto_now_add=True)),
                ('device', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='faults', to='vessels.device')),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('vessel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='faults', to='vessels.vessel')),
            ],
            options={
                'verbose_name': 'broken device',
                'verbose_name_plural': 'broken devices',
                'ordering': ('-broken_at',),
            },
        ),
        migrations.CreateModel(
            name='Outage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('began_at', models.DateTimeField(verbose_name='began')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('vessels', models.PositiveIntegerField(default=0, verbose_name='vessels concerned')),
                ('expected', models.FloatField(default=0, verbose_name='reports expected')),
                ('received', models.FloatField(default=0, verbose_name='reports received')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('known_at', models.DateTimeField(auto_now_add=True, verbose_name='known')),
                ('declared_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='declared by')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outages', to='vessels.provider')),
            ],
            options={
                'verbose_name': 'provider outage',
                'verbose_name_plural': 'provider outages',
                'ordering': ('-began_at',),
            },
        ),
        migrations.CreateModel(
            name='ReportingDuty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('title', models.CharField(max_length=160, verbose_name='name')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='order')),
                ('length_from_m', models.FloatField(default=15.0, verbose_name='length from (m)')),
                ('length_to_m', models.FloatField(blank=True, null=True, verbose_name='length below (m)')),
                ('only', models.TextField(blank=True, help_text='CQL2 over the fields of the layer; empty: all', verbose_name='only vessels')),
                ('interval_min', models.PositiveIntegerField(default=120, verbose_name='reports every (min)')),
                ('grace_min', models.PositiveIntegerField(default=30, verbose_name='grace (min)')),
                ('silent_h', models.PositiveIntegerField(default=6, verbose_name='silent after (h)')),
                ('return_days', models.PositiveIntegerField(default=10, verbose_name='back in port within (d)')),
                ('manual_h', models.PositiveIntegerField(default=6, verbose_name='with a broken device a report every (h)')),
                ('absent_months', models.PositiveIntegerField(default=6, verbose_name='listed as absent after (months)')),
                ('legal_basis', models.CharField(blank=True, max_length=300, verbose_name='legal basis')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='last day valid')),
            ],
            options={
                'verbose_name': 'reporting duty',
                'verbose_name_plural': 'reporting duties',
                'ordering': ('order', 'code'),
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_to__isnull', True), ('valid_from__lte', models.F('valid_to')), _connector='OR'), name='duty_valid_in_order', violation_error_message='The last day is before the first.')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingduty',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "vessels_reportingdutyevent" ("absent_months", "code", "grace_min", "id", "interval_min", "legal_basis", "length_from_m", "length_to_m", "manual_h", "only", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "return_days", "silent_h", "title", "valid_from", "valid_to") VALUES (NEW."absent_months", NEW."code", NEW."grace_min", NEW."id", NEW."interval_min", NEW."legal_basis", NEW."length_from_m", NEW."length_to_m", NEW."manual_h", NEW."only", NEW."order", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."return_days", NEW."silent_h", NEW."title", NEW."valid_from", NEW."valid_to"); RETURN NULL;', hash='7e25f13ccb7b1a0d09972b814ac06fba85b210e7', operation='INSERT', pgid='pgtrigger_insert_insert_51245', table='vessels_reportingduty', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingduty',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "vessels_reportingdutyevent" ("absent_months", "code", "grace_min", "id", "interval_min", "legal_basis", "length_from_m", "length_to_m", "manual_h", "only", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "return_days", "silent_h", "title", "valid_from", "valid_to") VALUES (NEW."absent_months", NEW."code", NEW."grace_min", NEW."id", NEW."interval_min", NEW."legal_basis", NEW."length_from_m", NEW."length_to_m", NEW."manual_h", NEW."only", NEW."order", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."return_days", NEW."silent_h", NEW."title", NEW."valid_from", NEW."valid_to"); RETURN NULL;', hash='10681efed9176e728da5e4d55626e77e8dc9c185', operation='UPDATE', pgid='pgtrigger_update_update_9f4da', table='vessels_reportingduty', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingduty',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "vessels_reportingdutyevent" ("absent_months", "code", "grace_min", "id", "interval_min", "legal_basis", "length_from_m", "length_to_m", "manual_h", "only", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "return_days", "silent_h", "title", "valid_from", "valid_to") VALUES (OLD."absent_months", OLD."code", OLD."grace_min", OLD."id", OLD."interval_min", OLD."legal_basis", OLD."length_from_m", OLD."length_to_m", OLD."manual_h", OLD."only", OLD."order", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."return_days", OLD."silent_h", OLD."title", OLD."valid_from", OLD."valid_to"); RETURN NULL;', hash='c87d27637051634ec083c297bce1cf925de94206', operation='DELETE', pgid='pgtrigger_delete_delete_d88e3', table='vessels_reportingduty', when='AFTER')),
        ),
        migrations.AddField(
            model_name='reportingdutyevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='reportingdutyevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='vessels.reportingduty'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['vessel', '-at'], name='contact_of_vessel'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(condition=models.Q(('feature_id__isnull', False)), fields=['layer', 'feature_id'], name='contact_about'),
        ),
        migrations.AddConstraint(
            model_name='devicefault',
            constraint=models.UniqueConstraint(condition=models.Q(('mended_at', None)), fields=('vessel',), name='fault_one_open'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('provider',), name='outage_one_open'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('began_at__lt', models.F('ended_at')), _connector='OR'), name='outage_in_order', violation_error_message='The end is before the beginning.'),
        ),
        # one row per vessel, rewritten all the time: room on every page
        migrations.RunSQL(
            "ALTER TABLE vessels_state SET (fillfactor = 70)",
            migrations.RunSQL.noop,
        ),
    ]
