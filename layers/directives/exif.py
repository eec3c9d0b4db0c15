"""Where and when a photo was taken, as it says itself (EXIF 2.32).

A photo may lie or be broken: what cannot be read is left out, and nothing of it ever
raises.
"""

from __future__ import annotations

import io
import math
import warnings
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from PIL import Image, ImageOps

# Nothing else is decoded, whatever a file begins with.
FORMATS = ("JPEG", "PNG", "WEBP")
GPS_IFD, EXIF_IFD = 0x8825, 0x8769
TAKEN, OFFSET = 0x9003, 0x9011
# A picture of more pixels is a trap, not a photo.
MOST_PIXELS = 60_000_000
PREVIEW_PX = 1_000


@dataclass(frozen=True, slots=True)
class Taken:
    """Degrees and an aware time; None: the photo does not say."""

    lon: float | None = None
    lat: float | None = None
    at: datetime | None = None


def read(body: bytes) -> Taken:
    """What a photo says of itself; nothing for what is no photo."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(body), formats=FORMATS) as image:
                exif = image.getexif()
                gps = dict(exif.get_ifd(GPS_IFD))
                detail = dict(exif.get_ifd(EXIF_IFD))
    except Exception:
        return Taken()
    lat = _degrees(gps.get(2), gps.get(1), "S", 90)
    lon = _degrees(gps.get(4), gps.get(3), "W", 180)
    if lon is None or lat is None or (lon, lat) == (0.0, 0.0):
        lon = lat = None
    return Taken(lon, lat, _moment(detail.get(TAKEN), detail.get(OFFSET)))


def _degrees(parts: Any, half: Any, negative: str, most: float) -> float | None:
    """Degrees, minutes and seconds with their half of the globe."""
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3_600
    if not math.isfinite(value) or not 0 <= value <= most:
        return None
    return round(-value if str(half).strip("\x00 ") == negative else value, 7)


def _moment(text: Any, offset: Any) -> datetime | None:
    """``2026:11:22 23:59:01``, local unless an offset is said."""
    said = str(text or "").strip("\x00 ")
    try:
        at = datetime.strptime(said, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        zone = str(offset or "").strip("\x00 ")
        if zone:
            return datetime.fromisoformat(f"{at.isoformat()}{zone}")
    except ValueError:
        return None
    return at.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))


def preview(body: bytes) -> bytes | None:
    """A small JPEG of a photo, turned as it was held, with nothing of its EXIF; None
    for what is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body), formats=FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    return None
                # a JPEG is decoded small at once: less memory and time
                image.draft("RGB", (PREVIEW_PX, PREVIEW_PX))
                small = ImageOps.exif_transpose(image).convert("RGB")
                small.thumbnail((PREVIEW_PX, PREVIEW_PX))
                target = io.BytesIO()
                small.save(target, "JPEG", quality=80)
    except Exception:
        return None
    return target.getvalue()
