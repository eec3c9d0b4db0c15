"""Parts of features, common causes; drafts, trials, watches, suppressions, escalation."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0004_evidence'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Backtest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.JSONField(default=dict)),
                ('since', models.DateTimeField(verbose_name='from')),
                ('until', models.DateTimeField(verbose_name='to')),
                ('status', models.CharField(choices=[('queued', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('cancelled', 'Cancelled'), ('failed', 'Failed')], default='queued', max_length=9, verbose_name='status')),
                ('share', models.FloatField(default=0)),
                ('rows', models.BigIntegerField(default=0, verbose_name='observations')),
                ('result', models.JSONField(null=True)),
                ('problem', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'trial of a rule',
                'verbose_name_plural': 'trials of rules',
                'ordering': ('-created_at',),
            },
        ),
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField(default=0, verbose_name='level reached')),
                ('loop', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(null=True, verbose_name='next level')),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'escalation',
                'verbose_name_plural': 'escalations',
            },
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_at', models.DateTimeField(auto_now_add=True, verbose_name='given')),
                ('taken_at', models.DateTimeField(null=True, verbose_name='taken')),
                ('since', models.DateTimeField(verbose_name='watch began')),
                ('notes', models.TextField(blank=True, max_length=4000, verbose_name='notes')),
                ('snapshot', models.JSONField(default=dict, verbose_name='state of the list')),
            ],
            options={
                'verbose_name': 'hand-over',
                'verbose_name_plural': 'hand-overs',
                'ordering': ('-given_at',),
            },
        ),
        migrations.CreateModel(
            name='Policy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('title', models.CharField(max_length=120, verbose_name='name')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='order')),
                ('severities', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('critical', 'Critical'), ('high', 'High'), ('medium', 'Medium'), ('low', 'Low')], max_length=8), size=None, verbose_name='severities')),
                ('layers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=41), blank=True, default=list, size=None, verbose_name='layers')),
                ('levels', models.JSONField(default=list, verbose_name='levels')),
                ('loops', models.PositiveSmallIntegerField(default=1, verbose_name='times through')),
                ('enabled', models.BooleanField(default=True, verbose_name='in force')),
            ],
            options={
                'verbose_name': 'escalation policy',
                'verbose_name_plural': 'escalation policies',
                'ordering': ('order', 'slug'),
            },
        ),
        migrations.CreateModel(
            name='RuleDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('base_version', models.PositiveIntegerField(null=True)),
                ('body', models.JSONField(default=dict, verbose_name='rule')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='why')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Waiting for approval'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('discarded', 'Discarded')], default='draft', max_length=9, verbose_name='status')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('submitted_at', models.DateTimeField(null=True, verbose_name='submitted')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('decision', models.CharField(blank=True, max_length=300, verbose_name='words')),
                ('version', models.PositiveIntegerField(null=True, verbose_name='version')),
            ],
            options={
                'verbose_name': 'draft of a rule',
                'verbose_name_plural': 'drafts of rules',
                'ordering': ('-updated_at',),
                'permissions': [('approve_rule', 'Can approve rules')],
            },
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('calibration', 'Calibration'), ('maintenance', 'Maintenance'), ('outage', 'Outage of a provider'), ('exercise', 'Exercise'), ('other', 'Other')], max_length=12, verbose_name='kind')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('layer', models.CharField(blank=True, max_length=41, verbose_name='layer')),
                ('feature_id', models.BigIntegerField(blank=True, null=True, verbose_name='feature')),
                ('part', models.CharField(blank=True, max_length=60, verbose_name='part')),
                ('feature_filter', models.TextField(blank=True, help_text='CQL2 over the fields of the layer; empty: all', verbose_name='only features')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='to')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended early')),
            ],
            options={
                'verbose_name': 'suppression',
                'verbose_name_plural': 'suppressions',
                'ordering': ('-starts_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='to')),
                ('came_at', models.DateTimeField(blank=True, null=True, verbose_name='came')),
                ('left_at', models.DateTimeField(blank=True, null=True, verbose_name='left')),
            ],
            options={
                'verbose_name': 'watch at the desk',
                'verbose_name_plural': 'roster of the desk',
                'ordering': ('starts_at', 'pk'),
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='rule',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='rule',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='rule',
            name='delete_delete',
        ),
        migrations.RemoveConstraint(
            model_name='alert',
            name='alert_one_open',
        ),
        migrations.RemoveConstraint(
            model_name='rulestate',
            name='alerts_state_unique',
        ),
        migrations.AddField(
            model_name='alert',
            name='part',
            field=models.CharField(blank=True, max_length=60, verbose_name='part'),
        ),
        migrations.AddField(
            model_name='alert',
            name='part_title',
            field=models.CharField(blank=True, max_length=120, verbose_name='of'),
        ),
        migrations.AddField(
            model_name='rule',
            name='group_by',
            field=models.CharField(blank=True, help_text='Field of the layer: alerts with an equal value share a root', max_length=41, verbose_name='common cause'),
        ),
        migrations.AddField(
            model_name='rule',
            name='group_from',
            field=models.PositiveSmallIntegerField(default=10, verbose_name='root from'),
        ),
        migrations.AddField(
            model_name='rule',
            name='group_minutes',
            field=models.PositiveSmallIntegerField(default=10, verbose_name='root within'),
        ),
        migrations.AddField(
            model_name='rule',
            name='instruction',
            field=models.TextField(blank=True, max_length=2000, verbose_name='what to do first'),
        ),
        migrations.AddField(
            model_name='rule',
            name='parts',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, help_text='Series of a feature (a parameter, an indicator); empty: all', size=None, verbose_name='only parts'),
        ),
        migrations.AddField(
            model_name='ruleevent',
            name='group_by',
            field=models.CharField(blank=True, help_text='Field of the layer: alerts with an equal value share a root', max_length=41, verbose_name='common cause'),
        ),
        migrations.AddField(
            model_name='ruleevent',
            name='group_from',
            field=models.PositiveSmallIntegerField(default=10, verbose_name='root from'),
        ),
        migrations.AddField(
            model_name='ruleevent',
            name='group_minutes',
            field=models.PositiveSmallIntegerField(default=10, verbose_name='root within'),
        ),
        migrations.AddField(
            model_name='ruleevent',
            name='instruction',
            field=models.TextField(blank=True, max_length=2000, verbose_name='what to do first'),
        ),
        migrations.AddField(
            model_name='ruleevent',
            name='parts',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, help_text='Series of a feature (a parameter, an indicator); empty: all', size=None, verbose_name='only parts'),
        ),
        migrations.AddField(
            model_name='rulestate',
            name='part',
            field=models.CharField(db_default='', default='', max_length=60),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rule',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "alerts_ruleevent" ("enabled", "feature_filter", "group_by", "group_from", "group_minutes", "id", "instruction", "kind", "layer", "legal_basis", "params", "parts", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "playbook", "severity", "slug", "suppressed_until", "suppression_reason", "title", "title_en", "updated_at", "version", "zone_filter", "zone_id", "zone_layer") VALUES (NEW."enabled", NEW."feature_filter", NEW."group_by", NEW."group_from", NEW."group_minutes", NEW."id", NEW."instruction", NEW."kind", NEW."layer", NEW."legal_basis", NEW."params", NEW."parts", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."playbook", NEW."severity", NEW."slug", NEW."suppressed_until", NEW."suppression_reason", NEW."title", NEW."title_en", NEW."updated_at", NEW."version", NEW."zone_filter", NEW."zone_id", NEW."zone_layer"); RETURN NULL;', hash='33de7dd82cce61fce3ca4f190cfdd005ec3af5a5', operation='INSERT', pgid='pgtrigger_insert_insert_2657b', table='alerts_rule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rule',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "alerts_ruleevent" ("enabled", "feature_filter", "group_by", "group_from", "group_minutes", "id", "instruction", "kind", "layer", "legal_basis", "params", "parts", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "playbook", "severity", "slug", "suppressed_until", "suppression_reason", "title", "title_en", "updated_at", "version", "zone_filter", "zone_id", "zone_layer") VALUES (NEW."enabled", NEW."feature_filter", NEW."group_by", NEW."group_from", NEW."group_minutes", NEW."id", NEW."instruction", NEW."kind", NEW."layer", NEW."legal_basis", NEW."params", NEW."parts", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."playbook", NEW."severity", NEW."slug", NEW."suppressed_until", NEW."suppression_reason", NEW."title", NEW."title_en", NEW."updated_at", NEW."version", NEW."zone_filter", NEW."zone_id", NEW."zone_layer"); RETURN NULL;', hash='3252066eabe68272e78b4a809fcd41c5f256fda1', operation='UPDATE', pgid='pgtrigger_update_update_3cd3a', table='alerts_rule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rule',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "alerts_ruleevent" ("enabled", "feature_filter", "group_by", "group_from", "group_minutes", "id", "instruction", "kind", "layer", "legal_basis", "params", "parts", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "playbook", "severity", "slug", "suppressed_until", "suppression_reason", "title", "title_en", "updated_at", "version", "zone_filter", "zone_id", "zone_layer") VALUES (OLD."enabled", OLD."feature_filter", OLD."group_by", OLD."group_from", OLD."group_minutes", OLD."id", OLD."instruction", OLD."kind", OLD."layer", OLD."legal_basis", OLD."params", OLD."parts", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."playbook", OLD."severity", OLD."slug", OLD."suppressed_until", OLD."suppression_reason", OLD."title", OLD."title_en", OLD."updated_at", OLD."version", OLD."zone_filter", OLD."zone_id", OLD."zone_layer"); RETURN NULL;', hash='e605ee9db0c6c272ed6281b46d8e38cd5d8bfba6', operation='DELETE', pgid='pgtrigger_delete_delete_52a2a', table='alerts_rule', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='rulestate',
            constraint=models.UniqueConstraint(fields=('rule', 'feature_id', 'zone_id', 'part'), name='alerts_state_unique'),
        ),
        migrations.AddField(
            model_name='backtest',
            name='started_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='escalation',
            name='alert',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='escalation', to='alerts.alert'),
        ),
        migrations.AddField(
            model_name='handover',
            name='given_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='given by'),
        ),
        migrations.AddField(
            model_name='handover',
            name='taken_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken by'),
        ),
        migrations.AddField(
            model_name='escalation',
            name='policy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alerts.policy'),
        ),
        migrations.AddField(
            model_name='ruledraft',
            name='author',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author'),
        ),
        migrations.AddField(
            model_name='ruledraft',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='ruledraft',
            name='rule',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='alerts.rule', verbose_name='rule'),
        ),
        migrations.AddField(
            model_name='backtest',
            name='draft',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='backtests', to='alerts.ruledraft'),
        ),
        migrations.AddField(
            model_name='suppression',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='suppression',
            name='ended_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='suppression',
            name='rule',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='suppressions', to='alerts.rule', verbose_name='rule'),
        ),
        migrations.AddField(
            model_name='alert',
            name='suppressed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='alerts', to='alerts.suppression', verbose_name='suppressed by'),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('rule', 'layer', 'feature_id', 'part', 'group_key'), name='alert_one_open', nulls_distinct=False),
        ),
        migrations.AddField(
            model_name='watch',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='watches', to=settings.AUTH_USER_MODEL, verbose_name='operator'),
        ),
        migrations.AddIndex(
            model_name='escalation',
            index=models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at'], name='escalation_due'),
        ),
        migrations.AddConstraint(
            model_name='ruledraft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'approved'), _negated=True), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('author')), _negated=True)), _connector='OR'), name='rule_second_person', violation_error_message='Another person than the author approves.'),
        ),
        migrations.AddConstraint(
            model_name='suppression',
            constraint=models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='suppression_in_order', violation_error_message='It ends after it began.'),
        ),
        migrations.AddConstraint(
            model_name='suppression',
            constraint=models.CheckConstraint(condition=models.Q(('rule__isnull', False), models.Q(('layer', ''), _negated=True), _connector='OR'), name='suppression_of_something', violation_error_message='Name a rule or a layer.'),
        ),
        migrations.AddConstraint(
            model_name='watch',
            constraint=models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='watch_in_order'),
        ),
        migrations.AddConstraint(
            model_name='watch',
            constraint=models.UniqueConstraint(fields=('user', 'starts_at'), name='watch_once_a_start'),
        ),
    ]
