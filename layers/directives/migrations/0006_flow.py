from django.db import migrations, models

# Tasks issued before they had clocks of their own have those of their directive.
CLOCKS = """
UPDATE directives_task t
   SET issued_at = d.issued_at, needed_by = d.needed_by,
       legal_deadline = d.legal_deadline
  FROM directives_directive d
 WHERE d.id = t.directive_id AND t.issued_at IS NULL
   AND d.issued_at IS NOT NULL AND t.status <> 'draft'
"""


class Migration(migrations.Migration):
    dependencies = [("directives", "0005_playbooks")]

    operations = [
        migrations.AddField(
            model_name="task",
            name="evidence_kind",
            field=models.CharField(
                blank=True, max_length=16, verbose_name="kind of evidence"
            ),
        ),
        migrations.RunSQL(CLOCKS, migrations.RunSQL.noop),
    ]
