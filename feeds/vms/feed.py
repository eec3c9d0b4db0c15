from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from feeds.core.spec import FeedKind

FEED = FeedKind(
    slug="vms",
    title=_("Vessel monitoring (VMS)"),
    decoder="feeds.vms.decoder.VmsDecoder",
    layers=("vessels",),
    check="feeds.vms.config.check",
    expected_every=timedelta(minutes=10),
    order=20,
)
