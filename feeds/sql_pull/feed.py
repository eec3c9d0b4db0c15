from django.utils.translation import gettext_lazy as _

from feeds.core.spec import FeedKind

FEED = FeedKind(
    slug="sql_pull",
    title=_("Figures read from a database"),
    decoder="feeds.tables.decoder.FiguresDecoder",
    layers=("indicators",),
    listener="feeds.sql_pull.pull.listen",
    check="feeds.sql_pull.config.check",
    entry="feeds.tables.decoder.entry_of",
    order=82,
)
