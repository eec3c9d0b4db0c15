"""The message centre: the row itself is the delivery, nothing has to be sent."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from layers.core.delivery.contract import (
    ChannelKind,
    Outgoing,
    Receipt,
    Settings,
    kinds,
)
from layers.core.delivery.models import IN_APP


class Nothing(Settings):
    """There is nothing to set."""


def send(message: Outgoing, settings: Nothing) -> Receipt:
    return Receipt(delivered=True)


KIND = kinds.register(
    ChannelKind(
        slug=IN_APP,
        title=_("Message centre"),
        order=0,
        settings=Nothing,
        send=send,
        built_in=True,
        receipts=True,
    )
)
