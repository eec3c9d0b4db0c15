"""What the scripts of the pages start from: words, texts of flags, choices."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import orjson
from django.utils.translation import gettext as _

from layers.stations.kinds import Status
from layers.stations.parameters import CATALOGUE

from .flags import FLAGS
from .span import LONGEST, RANGES

_WORDS = Path(__file__).parents[1] / "static" / "stations" / "pages" / "words.json"


@cache
def _words() -> dict[str, str]:
    return dict(orjson.loads(_WORDS.read_bytes()))


def common() -> dict[str, Any]:
    """The same for the page of a station and for the comparison."""
    return {
        "words": {key: _(text) for key, text in _words().items()},
        "flags": {str(flag): _(word) for flag, (_slug, word, _icon) in FLAGS.items()},
        "statuses": {str(status.value): str(status.label) for status in Status},
        "titles": {name: str(entry.title) for name, entry in CATALOGUE.items()},
        "ranges": {name: length.total_seconds() for name, length in RANGES.items()},
        "longest": {name: length.total_seconds() for name, length in LONGEST.items()},
    }
