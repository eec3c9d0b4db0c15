import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feeds', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='inboxbatch',
            name='rank',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.RemoveIndex(
            model_name='inboxbatch',
            name='inbox_waiting',
        ),
        migrations.AddIndex(
            model_name='inboxbatch',
            index=models.Index(condition=models.Q(('state', 0)), fields=['feed', 'rank', 'id'], name='inbox_waiting'),
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.CharField(blank=True, max_length=60, verbose_name='account')),
                ('address', models.GenericIPAddressField(verbose_name='address')),
                ('refused', models.CharField(blank=True, max_length=60, verbose_name='refused because')),
                ('encrypted', models.BooleanField(default=False, verbose_name='encrypted')),
                ('times', models.BigIntegerField(default=1, verbose_name='times')),
                ('first_at', models.DateTimeField(verbose_name='first')),
                ('last_at', models.DateTimeField(verbose_name='last')),
                ('feed', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sign_ins', to='feeds.feed')),
            ],
            options={
                'verbose_name': 'sign-in of a sender',
                'verbose_name_plural': 'sign-ins of senders',
                'ordering': ('-last_at',),
                'constraints': [models.UniqueConstraint(fields=('feed', 'account', 'address', 'refused', 'encrypted'), name='feed_sign_in_once')],
            },
        ),
    ]
