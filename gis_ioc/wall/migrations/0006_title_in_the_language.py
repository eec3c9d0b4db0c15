"""The wall that every instance begins with is named in the language of the instance."""

from django.conf import settings
from django.db import migrations
from django.utils.translation import gettext, override


def name_it(apps, schema_editor):
    with override(settings.LANGUAGE_CODE):
        title = gettext("Main wall")
    apps.get_model("wall", "Wall").objects.filter(title="Main wall").update(title=title)


class Migration(migrations.Migration):
    dependencies = [("wall", "0005_conducting")]

    operations = [migrations.RunPython(name_it, migrations.RunPython.noop)]
