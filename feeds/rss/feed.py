from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from feeds.core.spec import FeedKind

FEED = FeedKind(
    slug="rss",
    title=_("Press (RSS, Atom)"),
    decoder="feeds.rss.decoder.RssDecoder",
    layers=("press",),
    receivers=("feeds.rss.pull.poll",),
    expected_every=timedelta(hours=6),
    order=70,
)
