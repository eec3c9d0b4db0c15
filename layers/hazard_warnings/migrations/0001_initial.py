from pathlib import Path

import django.contrib.gis.db.models.fields
import django.contrib.gis.db.models.functions
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import layers.core.fields
from django.db import migrations, models


SQL = Path(__file__).resolve().parent.parent / 'sql'


class Migration(migrations.Migration):

    initial = True

    dependencies = [("core", "0001_functions")]

    operations = [
        migrations.CreateModel(
            name='Warning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=60, verbose_name='source')),
                ('external_id', models.CharField(max_length=80, verbose_name='external id')),
                ('title', models.CharField(max_length=200, verbose_name='name')),
                ('unit_id', layers.core.fields.UnitRefField(blank=True, db_index=True, null=True, verbose_name='administrative unit')),
                ('geom', django.contrib.gis.db.models.fields.GeometryField(blank=True, null=True, srid=4326, verbose_name='geometry')),
                ('shape', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('geom', 3857), output_field=django.contrib.gis.db.models.fields.GeometryField(null=True, srid=3857))),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('identifier', models.CharField(max_length=500, verbose_name='identifier')),
                ('sender', models.CharField(max_length=300, verbose_name='sender')),
                ('sender_name', models.CharField(blank=True, max_length=300, verbose_name='issued by')),
                ('sent', models.DateTimeField(verbose_name='sent')),
                ('status', models.CharField(choices=[('Actual', 'Actual'), ('Exercise', 'Exercise'), ('System', 'System'), ('Test', 'Test'), ('Draft', 'Draft')], max_length=8, verbose_name='kind of message')),
                ('kind', models.CharField(choices=[('Alert', 'Alert'), ('Update', 'Update'), ('Cancel', 'Cancel'), ('Ack', 'Ack'), ('Error', 'Error')], max_length=6)),
                ('language', models.CharField(blank=True, max_length=20)),
                ('event', models.CharField(max_length=300, verbose_name='event')),
                ('category', models.CharField(choices=[('Geo', 'Earthquake, landslide'), ('Met', 'Weather, flood'), ('Safety', 'Public safety'), ('Security', 'Security'), ('Rescue', 'Rescue'), ('Fire', 'Fire'), ('Health', 'Health'), ('Env', 'Environment'), ('Transport', 'Transport'), ('Infra', 'Infrastructure'), ('CBRNE', 'Dangerous substances'), ('Other', 'Other')], default='Other', max_length=9, verbose_name='category')),
                ('severity', models.CharField(choices=[('Extreme', 'Extreme'), ('Severe', 'Severe'), ('Moderate', 'Moderate'), ('Minor', 'Minor'), ('Unknown', 'Unknown')], default='Unknown', max_length=8, verbose_name='severity')),
                ('urgency', models.CharField(choices=[('Immediate', 'Act at once'), ('Expected', 'Act within the next hour'), ('Future', 'Act soon'), ('Past', 'No longer needed'), ('Unknown', 'Unknown')], default='Unknown', max_length=9, verbose_name='urgency')),
                ('certainty', models.CharField(choices=[('Observed', 'Observed'), ('Likely', 'Likely'), ('Possible', 'Possible'), ('Unlikely', 'Unlikely'), ('Unknown', 'Unknown')], default='Unknown', max_length=8, verbose_name='certainty')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('instruction', models.TextField(blank=True, verbose_name='what to do')),
                ('area_text', models.CharField(blank=True, max_length=1000, verbose_name='area')),
                ('web', models.CharField(blank=True, max_length=500, verbose_name='link')),
                ('contact', models.CharField(blank=True, max_length=300, verbose_name='contact')),
                ('begins_at', models.DateTimeField(verbose_name='from')),
                ('expires', models.DateTimeField(null=True, verbose_name='until')),
                ('refers_to', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('received_at', models.DateTimeField(verbose_name='received')),
                ('search_text', models.GeneratedField(db_persist=True, expression=models.Func(django.db.models.functions.text.Concat(django.db.models.functions.comparison.Coalesce(models.F('title'), models.Value('')), models.Value(' '), django.db.models.functions.comparison.Coalesce(models.F('event'), models.Value('')), models.Value(' '), django.db.models.functions.comparison.Coalesce(models.F('area_text'), models.Value('')), models.Value(' '), django.db.models.functions.comparison.Coalesce(models.F('sender_name'), models.Value('')), models.Value(' ')), function='ioc_fold'), output_field=models.TextField())),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to="hazard_warnings.warning")),
            ],
            options={
                'verbose_name': 'warning',
                'verbose_name_plural': 'warnings',
                'ordering': ('-sent',),
                'indexes': [django.contrib.postgres.indexes.GistIndex(fields=['shape'], name='warning_shape'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(models.F('search_text'), 'gin_trgm_ops'), name='warning_search'), django.contrib.postgres.indexes.GinIndex(fields=['refers_to'], name='warning_refers_to'), models.Index(condition=models.Q(('ended_at', None)), fields=['expires'], name='warning_expires')],
                'constraints': [models.UniqueConstraint(fields=('source', 'external_id'), name='warning_source_external_id')],
            },
        ),
        migrations.RunSQL(
            (SQL / 'map_0001.sql').read_text(),
            'DROP FUNCTION hazard_warnings_as_of(timestamptz); DROP VIEW hazard_warnings_map;'
            ' DROP VIEW hazard_warnings_all;',
        ),
    ]
