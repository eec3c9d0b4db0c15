"""Where vessels can go: ports, anchorages and storm shelters among the zones."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from layers.core.ingest import Floats
from layers.core.mercator import from_lonlat
from layers.vessels.duties import places


@dataclass(slots=True)
class Near:
    """Per vessel: the nearest haven and metres to it as the gull flies, and metres to
    the home port (NaN: not known)."""

    title: list[str]
    away_m: Floats
    home_m: Floats


def choices() -> list[tuple[int, str]]:
    """Havens in force, for a form, by name."""
    ports = places.zones().ports
    return sorted(
        zip(ports.id.tolist(), ports.title, strict=True), key=lambda row: row[1]
    )


def titles(ids: Sequence[int]) -> list[str]:
    """Names of the zones, in the order of ``choices``."""
    return [title for number, title in choices() if number in set(ids)]


def nearest(lon: Floats, lat: Floats, home: list[str], recommended: list[int]) -> Near:
    """``recommended``: ids of the zones to choose from; empty or gone: all of them."""
    ports = places.zones().ports
    count = len(lon)
    near = Near([""] * count, np.full(count, np.nan), np.full(count, np.nan))
    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    if not len(ports) or not len(known):
        return near
    held = np.clip(lat[known], -85.0, 85.0)
    points = shapely.points(*from_lonlat(lon[known], held))
    # web-mercator metres are stretched by 1 / cos(latitude)
    shrink = np.cos(np.radians(held))
    chosen = np.flatnonzero(np.isin(ports.id, recommended))
    chosen = chosen if len(chosen) else np.arange(len(ports))
    tree = shapely.STRtree(ports.shape[chosen])
    own, which = tree.query_nearest(points, all_matches=False)
    away = shapely.distance(points[own], ports.shape[chosen[which]]) * shrink[own]
    near.away_m[known[own]] = away
    for at, port in zip(known[own].tolist(), chosen[which].tolist(), strict=True):
        near.title[at] = ports.title[port]
    _to_home(near, known, points, shrink, home, ports)
    return near


def _to_home(
    near: Near,
    known: np.ndarray,
    points: np.ndarray,
    shrink: Floats,
    home: list[str],
    ports: places.Areas,
) -> None:
    """The register names home ports as people write them: one zone's name holds it."""
    names = [_plain(title) for title in ports.title]
    for written in sorted({_plain(home[at]) for at in known} - {""}):
        found = [n for n, name in enumerate(names) if written in name]
        if not found:
            continue
        mine = np.flatnonzero([_plain(home[at]) == written for at in known])
        away = [shapely.distance(points[mine], ports.shape[n]) for n in found]
        near.home_m[known[mine]] = np.min(away, axis=0) * shrink[mine]


def _plain(text: str) -> str:
    """Lower case without diacritics and superfluous blanks."""
    folded = unicodedata.normalize("NFD", text.replace("\u0111", "d").casefold())
    return " ".join("".join(c for c in folded if not unicodedata.combining(c)).split())
