"""The time that the picture shows, its day, and how old the newest data are."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_lazy as _

from gis_ioc.wall.canvas import Box
from gis_ioc.wall.legibility import Sizes
from gis_ioc.wall.scenes.body import SceneBody
from layers.core.shown import Params, Shown

from .base import PaneKind, Part, Text, chars_across, kinds, slug_of, stacked

# a weekday, day, month and year; "live · 12 min"
DAY_CHARS, AGE_CHARS = 26, 14


class ClockOptions(Params):
    seconds: Annotated[bool, Shown(_("With seconds"))] = True


def texts(
    options: ClockOptions, box: Box, sizes: Sizes, _scene: SceneBody
) -> list[Text]:
    """The hour is as large as there is room. The age of data stands below the day, or
    beside the hour where three lines would be too small."""
    digits = 8 if options.seconds else 5
    hour = Part(_("time"), digits, factor=sizes.figure / sizes.text)
    day, age = Part(_("day"), DAY_CHARS), Part(_("age of data"), AGE_CHARS)
    below = stacked((hour, day, age), box, sizes.text)
    if min(text.px for text in below) >= sizes.text:
        return below
    left = chars_across(box, sizes.text) - AGE_CHARS - 2
    hour = hour._replace(factor=max(1.0, min(hour.factor, left / digits)))
    beside = stacked((hour, day), box, sizes.text)
    px = min(beside[0].px, sizes.text) if left >= digits else below[-1].px
    return [*beside, Text(age.name, px, age.chars, age.lines)]


KIND = kinds.register(
    PaneKind(
        slug=slug_of(__name__),
        title=_("Clock and date"),
        icon="clock",
        options=ClockOptions,
        texts=texts,
        words=(),
        least=(4, 1),
        order=50,
    )
)
