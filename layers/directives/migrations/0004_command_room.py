"""Clocks of tasks, extensions, delegations, the calendar; richer playbooks."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directives', '0003_playbook_delete_delete'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='to')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
            ],
            options={
                'verbose_name': 'delegation',
                'verbose_name_plural': 'delegations',
                'ordering': ('-starts_at',),
            },
        ),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField(verbose_name='until')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='asked')),
                ('granted', models.BooleanField(null=True, verbose_name='granted')),
                ('answer', models.CharField(blank=True, max_length=300, verbose_name='answer')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
            ],
            options={
                'verbose_name': 'extension',
                'verbose_name_plural': 'extensions',
                'ordering': ('-asked_at',),
            },
        ),
        migrations.CreateModel(
            name='FreeDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='day')),
                ('working', models.BooleanField(default=False, verbose_name='worked')),
                ('title', models.CharField(max_length=120, verbose_name='why')),
                ('legal_basis', models.CharField(blank=True, max_length=200, verbose_name='legal basis')),
            ],
            options={
                'verbose_name': 'day of the calendar',
                'verbose_name_plural': 'calendar',
                'ordering': ('day',),
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='playbook',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='playbook',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='playbook',
            name='delete_delete',
        ),
        migrations.RemoveConstraint(
            model_name='task',
            name='task_one_per_unit',
        ),
        migrations.AddField(
            model_name='directive',
            name='document_no',
            field=models.CharField(blank=True, max_length=60, verbose_name='number of the paper'),
        ),
        migrations.AddField(
            model_name='directive',
            name='ladder',
            field=models.JSONField(default=list, verbose_name='escalation'),
        ),
        migrations.AddField(
            model_name='directive',
            name='origin_part',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='directive',
            name='paused_at',
            field=models.DateTimeField(null=True, verbose_name='suspended'),
        ),
        migrations.AddField(
            model_name='directive',
            name='paused_s',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='directive',
            name='register_no',
            field=models.CharField(blank=True, max_length=60, verbose_name='number in the register of the province'),
        ),
        migrations.AddField(
            model_name='directive',
            name='supervisor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='supervised by'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='distance_m',
            field=models.FloatField(null=True, verbose_name='from the place, m'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='lat',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='evidence',
            name='lon',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='evidence',
            name='note',
            field=models.CharField(blank=True, max_length=300, verbose_name='what it shows'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='place_source',
            field=models.CharField(blank=True, max_length=6),
        ),
        migrations.AddField(
            model_name='evidence',
            name='taken_at',
            field=models.DateTimeField(null=True, verbose_name='taken'),
        ),
        migrations.AddField(
            model_name='playbook',
            name='area_km',
            field=models.FloatField(blank=True, null=True, verbose_name='area around the place, km'),
        ),
        migrations.AddField(
            model_name='playbook',
            name='created_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by'),
        ),
        migrations.AddField(
            model_name='playbook',
            name='ladder',
            field=models.JSONField(blank=True, default=list, verbose_name='escalation'),
        ),
        migrations.AddField(
            model_name='playbook',
            name='legal_basis',
            field=models.CharField(blank=True, max_length=300, verbose_name='legal basis'),
        ),
        migrations.AddField(
            model_name='playbook',
            name='note',
            field=models.CharField(blank=True, max_length=300, verbose_name='what was changed'),
        ),
        migrations.AddField(
            model_name='playbook',
            name='title_en',
            field=models.CharField(blank=True, max_length=200, verbose_name='name in English'),
        ),
        migrations.AddField(
            model_name='playbook',
            name='triggers',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=60), blank=True, default=list, help_text='Codes of rules, besides those that name the playbook', size=None, verbose_name='started by rules'),
        ),
        migrations.AddField(
            model_name='playbookevent',
            name='area_km',
            field=models.FloatField(blank=True, null=True, verbose_name='area around the place, km'),
        ),
        migrations.AddField(
            model_name='playbookevent',
            name='created_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by'),
        ),
        migrations.AddField(
            model_name='playbookevent',
            name='ladder',
            field=models.JSONField(blank=True, default=list, verbose_name='escalation'),
        ),
        migrations.AddField(
            model_name='playbookevent',
            name='legal_basis',
            field=models.CharField(blank=True, max_length=300, verbose_name='legal basis'),
        ),
        migrations.AddField(
            model_name='playbookevent',
            name='note',
            field=models.CharField(blank=True, max_length=300, verbose_name='what was changed'),
        ),
        migrations.AddField(
            model_name='playbookevent',
            name='title_en',
            field=models.CharField(blank=True, max_length=200, verbose_name='name in English'),
        ),
        migrations.AddField(
            model_name='playbookevent',
            name='triggers',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=60), blank=True, default=list, help_text='Codes of rules, besides those that name the playbook', size=None, verbose_name='started by rules'),
        ),
        migrations.AddField(
            model_name='task',
            name='after_step',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='after step'),
        ),
        migrations.AddField(
            model_name='task',
            name='body',
            field=models.TextField(blank=True, verbose_name='how'),
        ),
        migrations.AddField(
            model_name='task',
            name='clock',
            field=models.CharField(choices=[('in_time', 'In time'), ('due_soon', 'Due soon'), ('overdue', 'Overdue'), ('stopped', 'Stopped')], default='stopped', max_length=8, verbose_name='clock'),
        ),
        migrations.AddField(
            model_name='task',
            name='contact',
            field=models.JSONField(blank=True, null=True, verbose_name='contact'),
        ),
        migrations.AddField(
            model_name='task',
            name='feature_id',
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='task',
            name='feature_layer',
            field=models.CharField(blank=True, max_length=41),
        ),
        migrations.AddField(
            model_name='task',
            name='feature_title',
            field=models.CharField(blank=True, max_length=200, verbose_name='concerns'),
        ),
        migrations.AddField(
            model_name='task',
            name='issued_at',
            field=models.DateTimeField(null=True, verbose_name='issued'),
        ),
        migrations.AddField(
            model_name='task',
            name='legal_deadline',
            field=models.DateTimeField(null=True, verbose_name='legal deadline'),
        ),
        migrations.AddField(
            model_name='task',
            name='level',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='task',
            name='minutes_legal',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='task',
            name='minutes_needed',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='task',
            name='needed_by',
            field=models.DateTimeField(null=True, verbose_name='needed by'),
        ),
        migrations.AddField(
            model_name='task',
            name='needs_evidence',
            field=models.BooleanField(default=False, verbose_name='needs evidence'),
        ),
        migrations.AddField(
            model_name='task',
            name='outcome',
            field=models.CharField(blank=True, choices=[('early', 'Early'), ('on_time', 'On time'), ('late', 'Late')], max_length=8, verbose_name='how it came'),
        ),
        migrations.AddField(
            model_name='task',
            name='step',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='step'),
        ),
        migrations.AddField(
            model_name='task',
            name='title',
            field=models.CharField(blank=True, max_length=200, verbose_name='what'),
        ),
        migrations.AddField(
            model_name='task',
            name='warned',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='task',
            name='working',
            field=models.BooleanField(default=False, verbose_name='working time'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='playbook',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "directives_playbookevent" ("area_km", "auto_issue", "created_by_id", "enabled", "id", "ladder", "legal_basis", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "steps", "title", "title_en", "triggers", "updated_at", "version") VALUES (NEW."area_km", NEW."auto_issue", NEW."created_by_id", NEW."enabled", NEW."id", NEW."ladder", NEW."legal_basis", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."slug", NEW."steps", NEW."title", NEW."title_en", NEW."triggers", NEW."updated_at", NEW."version"); RETURN NULL;', hash='32e24f3cec2cc8a78f36e5dfa31334bc7347e800', operation='INSERT', pgid='pgtrigger_insert_insert_0d1d0', table='directives_playbook', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='playbook',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "directives_playbookevent" ("area_km", "auto_issue", "created_by_id", "enabled", "id", "ladder", "legal_basis", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "steps", "title", "title_en", "triggers", "updated_at", "version") VALUES (NEW."area_km", NEW."auto_issue", NEW."created_by_id", NEW."enabled", NEW."id", NEW."ladder", NEW."legal_basis", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."slug", NEW."steps", NEW."title", NEW."title_en", NEW."triggers", NEW."updated_at", NEW."version"); RETURN NULL;', hash='d0cf23cd874921dfb1f9f4381d1b0e65374badad', operation='UPDATE', pgid='pgtrigger_update_update_2dd7f', table='directives_playbook', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='playbook',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "directives_playbookevent" ("area_km", "auto_issue", "created_by_id", "enabled", "id", "ladder", "legal_basis", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "steps", "title", "title_en", "triggers", "updated_at", "version") VALUES (OLD."area_km", OLD."auto_issue", OLD."created_by_id", OLD."enabled", OLD."id", OLD."ladder", OLD."legal_basis", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."slug", OLD."steps", OLD."title", OLD."title_en", OLD."triggers", OLD."updated_at", OLD."version"); RETURN NULL;', hash='88d83dd42f173cb153271e71abc8c7d6ca33001d', operation='DELETE', pgid='pgtrigger_delete_delete_e1366', table='directives_playbook', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.UniqueConstraint(fields=('directive', 'unit_id', 'step', 'feature_layer', 'feature_id'), name='task_one_per_unit', nulls_distinct=False),
        ),
        migrations.AddField(
            model_name='delegation',
            name='giver',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegations_given', to=settings.AUTH_USER_MODEL, verbose_name='in the name of'),
        ),
        migrations.AddField(
            model_name='delegation',
            name='taker',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegations_taken', to=settings.AUTH_USER_MODEL, verbose_name='acts'),
        ),
        migrations.AddField(
            model_name='extension',
            name='asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='extension',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='extension',
            name='task',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='extensions', to='directives.task'),
        ),
        migrations.AddConstraint(
            model_name='delegation',
            constraint=models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='delegation_in_order'),
        ),
        migrations.AddConstraint(
            model_name='delegation',
            constraint=models.CheckConstraint(condition=models.Q(('giver', models.F('taker')), _negated=True), name='delegation_to_another'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.UniqueConstraint(condition=models.Q(('granted__isnull', True)), fields=('task',), name='extension_one_waiting'),
        ),
    ]
