"""When a task was received, in its row: the register counts hours from it, and read
every event of the year for that."""

from django.db import migrations, models

# The newest receipt since the task was issued to the unit that has it.
FILL = """
UPDATE directives_task t
   SET received_at = e.at
  FROM (SELECT (new ->> 'task')::bigint AS task_id, max(happened_at) AS at
          FROM core_event
         WHERE layer = 'directives' AND kind = 'task.receive'
         GROUP BY 1) e
 WHERE e.task_id = t.id AND e.at >= t.issued_at
"""


class Migration(migrations.Migration):
    dependencies = [
        ("directives", "0008_standing_in"),
    ]

    operations = [
        migrations.AddField(
            model_name="task",
            name="received_at",
            field=models.DateTimeField(null=True, verbose_name="received"),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
