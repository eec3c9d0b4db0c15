from django.db import migrations, models


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
    ]
