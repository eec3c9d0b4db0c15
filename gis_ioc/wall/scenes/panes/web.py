"""A page of another house, from the hosts that the administrator allows."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from pydantic import Field, field_validator

from gis_ioc.wall.canvas import Box
from gis_ioc.wall.legibility import Sizes
from gis_ioc.wall.scenes.body import SceneBody
from layers.core.shown import Params, Shown

from .base import PaneKind, Part, Text, Title, headed, kinds, slug_of, stacked


class WebOptions(Params):
    """``url``: https, on a host of ``IOC_WALL_WEB_HOSTS``."""

    title: Title = ""
    url: Annotated[str, Shown(_("Address"), help=_("It begins with https://."))] = (
        Field(max_length=500)
    )

    @field_validator("url")
    @classmethod
    def _allowed(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise ValueError(now("This is not an address.")) from error
        if parts.scheme != "https" or parts.username or parts.password:
            raise ValueError(now("A page on the wall is reached by https:// only."))
        if port not in (None, 443) or parts.hostname not in settings.IOC_WALL_WEB_HOSTS:
            raise ValueError(
                now("%(host)s is not among the hosts that walls may show: %(hosts)s.")
                % {
                    "host": parts.netloc or "–",
                    "hosts": ", ".join(settings.IOC_WALL_WEB_HOSTS) or now("none"),
                }
            )
        return url


def texts(options: WebOptions, box: Box, sizes: Sizes, _scene: SceneBody) -> list[Text]:
    """Its heading; the words of the page itself are not ours."""
    host = Part(_("host of the page"), 20, gap=4.0)
    return stacked((headed(options.title, host, box, sizes),), box, sizes.text)


KIND = kinds.register(
    PaneKind(
        slug=slug_of(__name__),
        title=_("Web page"),
        icon="world-www",
        options=WebOptions,
        texts=texts,
        measured=False,
        least=(4, 4),
        order=110,
    )
)
