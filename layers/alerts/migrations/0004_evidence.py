"""Law on rules; groups, certainty and evidence on alerts."""

from pathlib import Path

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0003_rule_delete_delete'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
        migrations.AddField(
            model_name='alert',
            name='certainty',
            field=models.CharField(blank=True, choices=[('possible', 'Possible, not proven'), ('proven', 'Proven')], max_length=8, verbose_name='certainty'),
        ),
        migrations.AddField(
            model_name='alert',
            name='evidence',
            field=models.JSONField(null=True, verbose_name='evidence'),
        ),
        migrations.AddField(
            model_name='alert',
            name='group_key',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='rule',
            name='legal_basis',
            field=models.CharField(blank=True, max_length=300, verbose_name='legal basis'),
        ),
        migrations.AddField(
            model_name='ruleevent',
            name='legal_basis',
            field=models.CharField(blank=True, max_length=300, verbose_name='legal basis'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(condition=models.Q(('closed_at', None), models.Q(('group_key', ''), _negated=True)), fields=['layer', 'group_key'], name='alert_group'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rule',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "alerts_ruleevent" ("enabled", "feature_filter", "id", "kind", "layer", "legal_basis", "params", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "playbook", "severity", "slug", "suppressed_until", "suppression_reason", "title", "title_en", "updated_at", "version", "zone_filter", "zone_id", "zone_layer") VALUES (NEW."enabled", NEW."feature_filter", NEW."id", NEW."kind", NEW."layer", NEW."legal_basis", NEW."params", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."playbook", NEW."severity", NEW."slug", NEW."suppressed_until", NEW."suppression_reason", NEW."title", NEW."title_en", NEW."updated_at", NEW."version", NEW."zone_filter", NEW."zone_id", NEW."zone_layer"); RETURN NULL;', hash='f7d773748ec37acfe9e67d0fe6b05a62fd1fcedb', operation='INSERT', pgid='pgtrigger_insert_insert_2657b', table='alerts_rule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rule',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "alerts_ruleevent" ("enabled", "feature_filter", "id", "kind", "layer", "legal_basis", "params", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "playbook", "severity", "slug", "suppressed_until", "suppression_reason", "title", "title_en", "updated_at", "version", "zone_filter", "zone_id", "zone_layer") VALUES (NEW."enabled", NEW."feature_filter", NEW."id", NEW."kind", NEW."layer", NEW."legal_basis", NEW."params", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."playbook", NEW."severity", NEW."slug", NEW."suppressed_until", NEW."suppression_reason", NEW."title", NEW."title_en", NEW."updated_at", NEW."version", NEW."zone_filter", NEW."zone_id", NEW."zone_layer"); RETURN NULL;', hash='6e1feedea4610bdd476f99968a41e5a419b3b655', operation='UPDATE', pgid='pgtrigger_update_update_3cd3a', table='alerts_rule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rule',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "alerts_ruleevent" ("enabled", "feature_filter", "id", "kind", "layer", "legal_basis", "params", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "playbook", "severity", "slug", "suppressed_until", "suppression_reason", "title", "title_en", "updated_at", "version", "zone_filter", "zone_id", "zone_layer") VALUES (OLD."enabled", OLD."feature_filter", OLD."id", OLD."kind", OLD."layer", OLD."legal_basis", OLD."params", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."playbook", OLD."severity", OLD."slug", OLD."suppressed_until", OLD."suppression_reason", OLD."title", OLD."title_en", OLD."updated_at", OLD."version", OLD."zone_filter", OLD."zone_id", OLD."zone_layer"); RETURN NULL;', hash='cf5dd8d7d7e2d545afec34eb30d89b8045a353e3', operation='DELETE', pgid='pgtrigger_delete_delete_52a2a', table='alerts_rule', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('rule', 'layer', 'feature_id', 'group_key'), name='alert_one_open', nulls_distinct=False),
        ),
        migrations.RunSQL(
            ["DROP VIEW alerts_map", (SQL / "second_alerts_map.sql").read_text()],
            ["DROP VIEW alerts_map", (SQL / "first_alerts_map.sql").read_text()],
        ),
        migrations.RunSQL(
            [
                "DROP FUNCTION alerts_as_of(timestamptz)",
                (SQL / "second_alerts_as_of.sql").read_text(),
            ],
            [
                "DROP FUNCTION alerts_as_of(timestamptz)",
                (SQL / "first_alerts_as_of.sql").read_text(),
            ],
        ),
    ]
