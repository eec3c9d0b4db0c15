from django.utils.translation import gettext_lazy as _

from feeds.core.spec import FeedKind

FEED = FeedKind(
    slug="open311",
    title=_("Citizen reports (Open311)"),
    decoder="feeds.open311.decoder.Open311Decoder",
    layers=("citizen_reports",),
    order=60,
)
