from django.utils.translation import gettext_lazy as _

from feeds.core.spec import FeedKind

FEED = FeedKind(
    slug="sensorthings",
    title=_("Station values by SensorThings, MQTT and REST"),
    decoder="feeds.sensorthings.decoder.SensorThingsDecoder",
    layers=("stations",),
    listener="feeds.sensorthings.mqtt.listen",
    check="feeds.sensorthings.config.check",
    order=35,
)
