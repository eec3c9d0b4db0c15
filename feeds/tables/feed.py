from django.utils.translation import gettext_lazy as _

from feeds.core.spec import FeedKind

FEED = FeedKind(
    slug="tables",
    title=_("Figures sent by programs (REST)"),
    decoder="feeds.tables.decoder.FiguresDecoder",
    layers=("indicators",),
    check="feeds.tables.config.check",
    entry="feeds.tables.decoder.entry_of",
    order=80,
)
