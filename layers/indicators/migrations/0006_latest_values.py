from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("indicators", "0005_figures")]

    operations = [
        migrations.AddField(
            model_name="latest",
            name="value",
            field=models.DecimalField(decimal_places=4, max_digits=20, null=True),
        ),
        migrations.AddField(
            model_name="latest",
            name="unit",
            field=models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="latest",
            name="period_start",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="latest",
            name="period_end",
            field=models.DateField(null=True),
        ),
        migrations.RunSQL(
            (SQL / "latest_values_0006.sql").read_text(), migrations.RunSQL.noop
        ),
        migrations.AlterField(
            model_name="latest",
            name="value",
            field=models.DecimalField(decimal_places=4, max_digits=20),
        ),
        migrations.AlterField(
            model_name="latest", name="period_start", field=models.DateField()
        ),
        migrations.AlterField(
            model_name="latest", name="period_end", field=models.DateField()
        ),
    ]
