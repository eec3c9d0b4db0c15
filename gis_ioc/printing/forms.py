"""What the page sends with the picture of a map."""

from __future__ import annotations

import io
from math import isfinite
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from .frame import Box
from .papers import DPI, PAPERS

MB = 1024 * 1024
MOST_BYTES = 40 * MB
# An A3 sheet at DPI, with room for screens that count pixels in another way.
MOST_PIXELS = 30_000_000
MM_PER_INCH = 25.4
# How far the sides of the picture may differ from those of the paper.
LOOSE = 0.02
BOX = 4
EDGE_LAT = 85.06


class PrintForm(forms.Form):
    """Errors name the field; ``picture`` becomes the bytes of a PNG that was read."""

    paper = forms.ChoiceField(choices=[(slug, slug) for slug in PAPERS])
    title = forms.CharField(max_length=120, required=False)
    box = forms.CharField(max_length=120)
    layers = forms.CharField(max_length=2_000, required=False)
    filtered = forms.CharField(max_length=2_000, required=False)
    at = forms.DateTimeField(required=False)
    picture = forms.FileField()

    def clean_box(self) -> Box:
        try:
            sides = [float(part) for part in self.cleaned_data["box"].split(",")]
        except ValueError:
            raise forms.ValidationError(_("Four numbers, in degrees.")) from None
        if len(sides) != BOX or not all(map(isfinite, sides)):
            raise forms.ValidationError(_("Four numbers, in degrees."))
        west, south, east, north = sides
        inside = -EDGE_LAT <= south < north <= EDGE_LAT and -360 <= west < east <= 360
        if not inside:
            raise forms.ValidationError(_("These degrees are no part of the world."))
        return Box(west, south, east, north)

    def clean_picture(self) -> Any:
        held = self.cleaned_data["picture"]
        if held.size > MOST_BYTES:
            raise forms.ValidationError(
                _("The picture has more than %(n)d MB.") % {"n": MOST_BYTES // MB}
            )
        data = held.read()
        try:
            with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
                width, height = image.size
                if width * height > MOST_PIXELS:
                    raise forms.ValidationError(_("The picture has too many pixels."))
                image.verify()
        except (OSError, ValueError, SyntaxError, UnidentifiedImageError):
            raise forms.ValidationError(_("The picture is no PNG file.")) from None
        except Image.DecompressionBombError:
            raise forms.ValidationError(_("The picture has too many pixels.")) from None
        self.size = (width, height)
        return data

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        paper, picture = PAPERS.get(found.get("paper", "")), found.get("picture")
        if paper and picture:
            wanted = paper.map_width / paper.map_height
            if abs(self.size[0] / self.size[1] / wanted - 1) > LOOSE:
                self.add_error("picture", _("The picture does not fit the paper."))
        return found


def terms() -> dict[str, Any]:
    """What the page must know to make a picture."""
    return {
        "papers": [
            {
                "slug": paper.slug,
                "width_mm": paper.map_width,
                "height_mm": paper.map_height,
            }
            for paper in PAPERS.values()
        ],
        "dpi": DPI,
        "most_bytes": MOST_BYTES,
    }
