from django.utils.translation import gettext_lazy as _

from feeds.core.spec import FeedKind

FEED = FeedKind(
    slug="cap",
    title=_("Warnings (CAP)"),
    decoder="feeds.cap.decoder.CapDecoder",
    layers=("hazard_warnings",),
    listener="feeds.cap.pull.listen",
    check="feeds.cap.config.check",
    order=65,
)
