"""Alarm levels of rivers become dated records; those of the stations move over."""

from pathlib import Path

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"

GONE = """
DROP FUNCTION stations_as_of(timestamptz);
DROP VIEW stations_map;
DROP FUNCTION stations_state_at(bigint[], timestamptz[]);
DROP FUNCTION stations_measured_at(bigint[], timestamptz[]);
"""
# What was kept with a station had one source, in force since 20 March 2020.
SOURCE = "Quy\u1ebft \u0111\u1ecbnh 05/2020/Q\u0110-TTg"
MOVE = """
INSERT INTO stations_alarmlevel
    (station_id, number, value_m, legal_source, note, valid_from)
SELECT s.id, l.number, l.value_m, %s, '', date '2020-03-20'
FROM stations_station s
CROSS JOIN LATERAL (VALUES (1, s.alarm_level_1_m), (2, s.alarm_level_2_m),
    (3, s.alarm_level_3_m)) AS l(number, value_m)
WHERE l.value_m IS NOT NULL
ON CONFLICT (station_id, number, valid_from) DO NOTHING
"""


def statement(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("stations", "0005_judged_values")]

    operations = [
        migrations.RunSQL(GONE),
        migrations.RunSQL([(MOVE, [SOURCE])]),
        # or the table could not be altered in this transaction
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE"),
        pgtrigger.migrations.RemoveTrigger(
            model_name="station",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="station",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="station",
            name="delete_delete",
        ),
        migrations.RemoveField(
            model_name="station",
            name="alarm_level_1_m",
        ),
        migrations.RemoveField(
            model_name="station",
            name="alarm_level_2_m",
        ),
        migrations.RemoveField(
            model_name="station",
            name="alarm_level_3_m",
        ),
        migrations.RemoveField(
            model_name="stationevent",
            name="alarm_level_1_m",
        ),
        migrations.RemoveField(
            model_name="stationevent",
            name="alarm_level_2_m",
        ),
        migrations.RemoveField(
            model_name="stationevent",
            name="alarm_level_3_m",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="station",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "stations_stationevent" ("active", "address", "code", "created_at", "external_id", "folder", "ftp_account_id", "geom", "id", "installed_at", "kind", "limit_column", "owner", "permit_no", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public", "river", "source", "title", "unit_id", "updated_at") VALUES (NEW."active", NEW."address", NEW."code", NEW."created_at", NEW."external_id", NEW."folder", NEW."ftp_account_id", NEW."geom", NEW."id", NEW."installed_at", NEW."kind", NEW."limit_column", NEW."owner", NEW."permit_no", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public", NEW."river", NEW."source", NEW."title", NEW."unit_id", NEW."updated_at"); RETURN NULL;',
                    hash="b47a4fa3d34a52d2d509bb913750f48bb29a7fa6",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_8a9fc",
                    table="stations_station",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="station",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."active" IS DISTINCT FROM (NEW."active") OR OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."external_id" IS DISTINCT FROM (NEW."external_id") OR OLD."folder" IS DISTINCT FROM (NEW."folder") OR OLD."ftp_account_id" IS DISTINCT FROM (NEW."ftp_account_id") OR OLD."geom" IS DISTINCT FROM (NEW."geom") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."installed_at" IS DISTINCT FROM (NEW."installed_at") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."limit_column" IS DISTINCT FROM (NEW."limit_column") OR OLD."owner" IS DISTINCT FROM (NEW."owner") OR OLD."permit_no" IS DISTINCT FROM (NEW."permit_no") OR OLD."public" IS DISTINCT FROM (NEW."public") OR OLD."river" IS DISTINCT FROM (NEW."river") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at"))',
                    func='INSERT INTO "stations_stationevent" ("active", "address", "code", "created_at", "external_id", "folder", "ftp_account_id", "geom", "id", "installed_at", "kind", "limit_column", "owner", "permit_no", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public", "river", "source", "title", "unit_id", "updated_at") VALUES (NEW."active", NEW."address", NEW."code", NEW."created_at", NEW."external_id", NEW."folder", NEW."ftp_account_id", NEW."geom", NEW."id", NEW."installed_at", NEW."kind", NEW."limit_column", NEW."owner", NEW."permit_no", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public", NEW."river", NEW."source", NEW."title", NEW."unit_id", NEW."updated_at"); RETURN NULL;',
                    hash="c902ab72ed0add688418f8f14356799edd65b5d7",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_05b7b",
                    table="stations_station",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="station",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "stations_stationevent" ("active", "address", "code", "created_at", "external_id", "folder", "ftp_account_id", "geom", "id", "installed_at", "kind", "limit_column", "owner", "permit_no", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public", "river", "source", "title", "unit_id", "updated_at") VALUES (OLD."active", OLD."address", OLD."code", OLD."created_at", OLD."external_id", OLD."folder", OLD."ftp_account_id", OLD."geom", OLD."id", OLD."installed_at", OLD."kind", OLD."limit_column", OLD."owner", OLD."permit_no", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."public", OLD."river", OLD."source", OLD."title", OLD."unit_id", OLD."updated_at"); RETURN NULL;',
                    hash="5920d828eee4e41902ecdc7afed255334435fc1d",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_82d3d",
                    table="stations_station",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(statement("levels_at")),
        migrations.RunSQL(statement("state_at_0006")),
        migrations.RunSQL(statement("map_0006")),
    ]
