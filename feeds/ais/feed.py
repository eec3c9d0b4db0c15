from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from feeds.core.spec import FeedKind

FEED = FeedKind(
    slug="ais",
    title=_("AIS receivers"),
    decoder="feeds.ais.decoder.AisDecoder",
    layers=("vessels",),
    receivers=("feeds.ais.sockets.udp", "feeds.ais.sockets.tcp"),
    listener="feeds.ais.listener.listen",
    check="feeds.ais.endpoints.check",
    related="feeds.ais.related.related",
    together=True,
    expected_every=timedelta(minutes=1),
    window=timedelta(seconds=60),
    order=10,
)
