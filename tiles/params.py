"""The parameters of tile requests that narrow what is drawn."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from layers.core import params
from layers.core.params import Wanted
from layers.core.spec import Layer

from .sources import RequestError

MAX_FEATURES = 50_000


def wanted(given: Mapping[str, str], layer: Layer, known: Collection[str]) -> Wanted:
    """``known`` are the properties that the layer's tiles have.

    Raises RequestError.
    """
    try:
        return params.parse(given, layer, known, MAX_FEATURES)
    except params.ParamError as error:
        raise RequestError(str(error)) from error


def past(given: Mapping[str, str]) -> bool:
    """Whether a time that has gone by is asked for: ``at``, or a moment."""
    moment = given.get("datetime", "")
    return bool(given.get("at")) or bool(moment and "/" not in moment)
