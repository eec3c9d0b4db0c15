"""Extensions, the folding function for search, and the change sequence."""

from django.contrib.postgres.operations import (
    BtreeGistExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations

FOLD = """
CREATE OR REPLACE FUNCTION ioc_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, normalize($1, NFC))) $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    # Models with history depend on pghistory, so the functions that their search
    # columns need are there before any of them.
    run_before = [("pghistory", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS postgis", migrations.RunSQL.noop),
        UnaccentExtension(),
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.RunSQL(FOLD, "DROP FUNCTION ioc_fold(text)"),
        migrations.RunSQL(
            "CREATE SEQUENCE ioc_change_seq", "DROP SEQUENCE ioc_change_seq"
        ),
    ]
