"""Which side of a line is beyond it."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('zones', '0003_bands'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='zone',
            name='version',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='zone',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='zone',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='zone',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='zone',
            name='beyond',
            field=models.CharField(blank=True, choices=[('left', 'Left'), ('right', 'Right')], help_text='Of a line: the far side, as one goes along it as it is drawn', max_length=5, verbose_name='side beyond the line'),
        ),
        migrations.AddField(
            model_name='zoneevent',
            name='beyond',
            field=models.CharField(blank=True, choices=[('left', 'Left'), ('right', 'Right')], help_text='Of a line: the far side, as one goes along it as it is drawn', max_length=5, verbose_name='side beyond the line'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='zone',
            trigger=pgtrigger.compiler.Trigger(name='version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."beyond" IS DISTINCT FROM (NEW."beyond") OR OLD."closed" IS DISTINCT FROM (NEW."closed") OR OLD."geom" IS DISTINCT FROM (NEW."geom") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."season_from" IS DISTINCT FROM (NEW."season_from") OR OLD."season_to" IS DISTINCT FROM (NEW."season_to") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from") OR OLD."valid_to" IS DISTINCT FROM (NEW."valid_to"))', func='NEW.version = OLD.version + 1; RETURN NEW;', hash='88495212718eca20eaed344de251fec0ff04891e', operation='UPDATE', pgid='pgtrigger_version_ce408', table='zones_zone', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='zone',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "zones_zoneevent" ("band", "beyond", "closed", "code", "created_at", "external_id", "geom", "id", "kind", "legal_basis", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "schematic", "season_from", "season_to", "source", "title", "title_en", "unit_id", "updated_at", "valid_from", "valid_to", "version") VALUES (NEW."band", NEW."beyond", NEW."closed", NEW."code", NEW."created_at", NEW."external_id", NEW."geom", NEW."id", NEW."kind", NEW."legal_basis", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."schematic", NEW."season_from", NEW."season_to", NEW."source", NEW."title", NEW."title_en", NEW."unit_id", NEW."updated_at", NEW."valid_from", NEW."valid_to", NEW."version"); RETURN NULL;', hash='d28ecb99a2c53a12ed57c88196c11f86bbbbcfb6', operation='INSERT', pgid='pgtrigger_insert_insert_e4ba3', table='zones_zone', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='zone',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."band" IS DISTINCT FROM (NEW."band") OR OLD."beyond" IS DISTINCT FROM (NEW."beyond") OR OLD."closed" IS DISTINCT FROM (NEW."closed") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."external_id" IS DISTINCT FROM (NEW."external_id") OR OLD."geom" IS DISTINCT FROM (NEW."geom") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."legal_basis" IS DISTINCT FROM (NEW."legal_basis") OR OLD."schematic" IS DISTINCT FROM (NEW."schematic") OR OLD."season_from" IS DISTINCT FROM (NEW."season_from") OR OLD."season_to" IS DISTINCT FROM (NEW."season_to") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."title_en" IS DISTINCT FROM (NEW."title_en") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from") OR OLD."valid_to" IS DISTINCT FROM (NEW."valid_to") OR OLD."version" IS DISTINCT FROM (NEW."version"))', func='INSERT INTO "zones_zoneevent" ("band", "beyond", "closed", "code", "created_at", "external_id", "geom", "id", "kind", "legal_basis", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "schematic", "season_from", "season_to", "source", "title", "title_en", "unit_id", "updated_at", "valid_from", "valid_to", "version") VALUES (NEW."band", NEW."beyond", NEW."closed", NEW."code", NEW."created_at", NEW."external_id", NEW."geom", NEW."id", NEW."kind", NEW."legal_basis", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."schematic", NEW."season_from", NEW."season_to", NEW."source", NEW."title", NEW."title_en", NEW."unit_id", NEW."updated_at", NEW."valid_from", NEW."valid_to", NEW."version"); RETURN NULL;', hash='3b21260741dfbd5c26ceef408ac4b095fad2efae', operation='UPDATE', pgid='pgtrigger_update_update_d31eb', table='zones_zone', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='zone',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "zones_zoneevent" ("band", "beyond", "closed", "code", "created_at", "external_id", "geom", "id", "kind", "legal_basis", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "schematic", "season_from", "season_to", "source", "title", "title_en", "unit_id", "updated_at", "valid_from", "valid_to", "version") VALUES (OLD."band", OLD."beyond", OLD."closed", OLD."code", OLD."created_at", OLD."external_id", OLD."geom", OLD."id", OLD."kind", OLD."legal_basis", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."schematic", OLD."season_from", OLD."season_to", OLD."source", OLD."title", OLD."title_en", OLD."unit_id", OLD."updated_at", OLD."valid_from", OLD."valid_to", OLD."version"); RETURN NULL;', hash='980958c5c6f497d013c4ddafafe58d4a83d2878c', operation='DELETE', pgid='pgtrigger_delete_delete_244b9', table='zones_zone', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='zone',
            constraint=models.CheckConstraint(condition=models.Q(('beyond', ''), ('kind__in', ('coastal_line', 'inshore_line', 'offshore_limit')), _connector='OR'), name='zone_only_lines_have_sides', violation_error_message='Only a line has a side beyond it.'),
        ),
    ]
