from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from feeds.core.spec import FeedKind

FEED = FeedKind(
    slug="station_files",
    title=_("Station files (FTP, folder)"),
    decoder="feeds.station_files.decoder.StationFileDecoder",
    layers=("stations",),
    receivers=(
        "feeds.station_files.receivers.ftp",
        "feeds.station_files.receivers.folder",
    ),
    rank="feeds.station_files.lanes.rank",
    receipt="feeds.station_files.receipts.receipt",
    expected_every=timedelta(minutes=15),
    order=30,
)
