from django.utils.translation import gettext_lazy as _

from feeds.core.spec import FeedKind

FEED = FeedKind(
    slug="http_pull",
    title=_("Figures fetched over HTTP"),
    decoder="feeds.tables.decoder.FiguresDecoder",
    layers=("indicators",),
    listener="feeds.http_pull.pull.listen",
    check="feeds.http_pull.config.check",
    entry="feeds.tables.decoder.entry_of",
    order=81,
)
