"""Kind ``proximity``: two features close to each other, and for some time."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from pydantic import Field
from scipy.spatial import cKDTree

from .base import (
    Batch,
    Bools,
    Floats,
    Ints,
    Needs,
    Params,
    RuleKind,
    Shown,
    States,
    Transitions,
    Zones,
    blank_states,
    concat,
    kinds,
)
from .debounce import Confirm, fold, gather
from .geometry import distance_m

# The mean radius; distances of near points are measured on the ellipsoid after.
EARTH_M = 6_371_008.8
SLACK = 1.01
PLACES = (
    ("anywhere", _("anywhere")),
    ("inside", _("only in the zones")),
    ("outside", _("only outside of the zones")),
)
UNKNOWN = gettext_noop("nothing was heard of one of them")


class ProximityParams(Params):
    """Raised when two features have been nearer than ``metres`` for ``minutes``, over
    once they are farther apart by ``hysteresis_m``. Only positions of the last
    ``fresh_minutes`` count; with ``max_speed_kn`` only features that go no faster
    (two that drift together have met). The other one is of the same layer, or of
    ``with_layer``, and passes ``with_filter``. ``where``: both in (outside) the zones
    of the rule, since in port everybody is near."""

    metres: Annotated[float, Shown(_("Nearer than"), _("m"))] = Field(gt=0, le=50_000)
    hysteresis_m: Annotated[
        float, Shown(_("Margin"), _("m"), _("Apart means farther by this."))
    ] = Field(0, ge=0, le=50_000)
    minutes: Annotated[
        float, Shown(_("For"), _("min"), _("It must be so for this long."))
    ] = Field(0, ge=0, le=10_080)
    max_speed_kn: Annotated[
        float | None,
        Shown(_("Both no faster than"), _("kn"), _("Empty: at any speed.")),
    ] = Field(None, ge=0, le=100)
    fresh_minutes: Annotated[
        float, Shown(_("Heard of in the last"), _("min"), _("Older ones do not count."))
    ] = Field(30, gt=0, le=10_080)
    with_layer: Annotated[
        str,
        Shown(_("The other is of layer"), help=_("Empty: the same."), role="layer"),
    ] = Field("", pattern=r"^$|^[a-z][a-z0-9_]*$", max_length=41)
    with_filter: Annotated[
        str, Shown(_("Only others"), help=_("Empty: all."), role="filter")
    ] = Field("", max_length=2_000)
    where: Annotated[
        Literal["anywhere", "inside", "outside"], Shown(_("Where"), choices=PLACES)
    ] = "anywhere"


def evaluate(
    params: ProximityParams, zones: Zones, states: States, batch: Batch
) -> tuple[States, Transitions]:
    """All rows of the layer that pass the filter against each other, or against
    ``batch.others``, at ``batch.now``.

    A state is about a pair: ``feature_id`` and ``zone_id``, of one layer the lesser id
    first. What is said of a pair has the time of the later of their positions.
    """
    others = batch if batch.others is None else batch.others
    one, two, apart = near(params, zones, batch, others)
    close = apart < params.metres
    pairs = np.column_stack([batch.feature_id[one], others.feature_id[two]])
    states = _with_pairs(states, pairs[close])
    left, right = _rows(states.feature_id, batch), _rows(states.zone_id, others)
    at, heard = _moments(batch, left, others, right)
    there = (left >= 0) & (right >= 0)
    # a pair that is not near is apart, or nothing is known of one of them
    cls = np.full(len(states), -1, dtype=np.int64)
    metres = np.full(len(states), np.nan)
    spot, found_at = _match(states, pairs)
    metres[spot] = apart[found_at]
    cls[spot] = np.where(close[found_at], 1, 0)
    lost = ~there | (batch.now - heard > params.fresh_minutes * 60)
    # what ends without a word of either ends now: a zone was redrawn, one is silent
    over = lost | ((cls < 0) & (at <= states.last_at))
    at[over], cls[over] = batch.now, -1
    place = np.arange(len(states))
    seen = gather(states, place, place, at, cls)
    new, found = fold(states, seen, Confirm((1, 1), (params.minutes * 60, 0.0)))
    found.evidence = [
        {
            "other_id": int(new.zone_id[state]),
            "other_layer": params.with_layer,
            "metres": round(float(metres[state])) if metres[state] >= 0 else None,
        }
        for state in found.state
    ]
    found.reason = [
        UNKNOWN if lost[state] and not on else ""
        for state, on in zip(found.state, found.on, strict=True)
    ]
    found.row = np.where(found.row >= 0, left[found.state], -1)
    return new, found


def near(
    params: ProximityParams, zones: Zones, batch: Batch, others: Batch
) -> tuple[Ints, Ints, Floats]:
    """Pairs of rows within ``metres`` and the margin, and how far apart: (row of
    ``batch``, row of ``others``, metres), shapes (k,)."""
    reach = (params.metres + params.hysteresis_m) * SLACK
    mine = np.flatnonzero(_wanted(params, zones, batch, batch.now))
    if others is batch:
        pairs = cKDTree(_globe(batch, mine)).query_pairs(reach, output_type="ndarray")
        one, two = mine[pairs[:, 0]], mine[pairs[:, 1]]
        swap = batch.feature_id[one] > batch.feature_id[two]
        one, two = np.where(swap, two, one), np.where(swap, one, two)
    else:
        theirs = np.flatnonzero(_wanted(params, zones, others, batch.now))
        found = cKDTree(_globe(batch, mine)).sparse_distance_matrix(
            cKDTree(_globe(others, theirs)), reach, output_type="coo_matrix"
        )
        one, two = mine[found.row], theirs[found.col]
    apart = distance_m(batch.lon[one], batch.lat[one], others.lon[two], others.lat[two])
    keep = apart <= params.metres + params.hysteresis_m
    if not params.with_layer:
        keep &= _canonical(batch.feature_id[one], others.feature_id[two])
    return one[keep], two[keep], apart[keep]


def _canonical(one: Ints, two: Ints) -> Bools:
    """Of pairs of one layer those to keep: not with itself, and of a pair that is
    there both ways the one with the lesser id first."""
    pairs = np.stack([one, two], axis=1)
    _all, code = np.unique(
        np.concatenate([pairs, pairs[:, ::-1]]), axis=0, return_inverse=True
    )
    code = code.ravel()
    twice = np.isin(code[: len(one)], code[len(one) :])
    return (one != two) & ~(twice & (one > two))


def _wanted(params: ProximityParams, zones: Zones, batch: Batch, now: float) -> Bools:
    """Rows that are fresh, slow and in the right place."""
    use = np.isfinite(batch.lon) & np.isfinite(batch.lat)
    use &= ~(now - batch.at > params.fresh_minutes * 60)
    if params.max_speed_kn is not None:
        use &= batch.column("speed_kn") <= params.max_speed_kn
    if params.where != "anywhere":
        point, entry, _deep = zones.search.points(batch.lon, batch.lat)
        held = zones.holds(entry, np.full(len(entry), now))
        inside = np.isin(np.arange(len(batch)), point[held])
        use &= inside if params.where == "inside" else ~inside
    return use


def _globe(batch: Batch, rows: Ints) -> Floats:
    """Places on the globe, metres; shape (k, 3). Near ones are as far apart."""
    lon, lat = np.radians(batch.lon[rows]), np.radians(batch.lat[rows])
    across = np.cos(lat)
    place = [across * np.cos(lon), across * np.sin(lon), np.sin(lat)]
    return EARTH_M * np.column_stack(place).reshape(-1, 3)


def _with_pairs(states: States, pairs: Ints) -> States:
    known = np.column_stack([states.feature_id, states.zone_id])
    both = np.concatenate([known, pairs])
    _pairs, first = np.unique(both, axis=0, return_index=True)
    fresh = both[np.sort(first[first >= len(known)])]
    if not len(fresh):
        return states
    version = np.zeros(len(fresh), dtype=np.int64)
    return concat(states, blank_states(fresh[:, 0], fresh[:, 1], version))


def _match(states: States, pairs: Ints) -> tuple[Ints, Ints]:
    """(state, place in ``pairs``) of the states that are among the pairs."""
    known = np.column_stack([states.feature_id, states.zone_id])
    _all, code = np.unique(np.concatenate([known, pairs]), axis=0, return_inverse=True)
    code = code.ravel()
    _codes, state, place = np.intersect1d(
        code[: len(known)], code[len(known) :], return_indices=True
    )
    return state, place


def _rows(features: Ints, batch: Batch) -> Ints:
    """The newest row of each feature, -1 where it has none."""
    if not len(batch):
        return np.full(len(features), -1)
    spot = np.maximum(batch.newest_of(features), 0)
    return np.where(batch.feature_id[spot] == features, spot, -1)


def _moments(
    batch: Batch, left: Ints, others: Batch, right: Ints
) -> tuple[Floats, Floats]:
    """The later and the earlier time of the two. What has no time is as it is now."""
    there = (left >= 0) & (right >= 0)
    times = np.full((2, len(left)), batch.now)
    times[0, there] = batch.at[left[there]]
    times[1, there] = others.at[right[there]]
    at, heard = np.fmax(*times), np.fmin(*times)
    unknown = np.isnan(at)
    at[unknown], heard[unknown] = batch.now, batch.now
    return at, heard


def columns(params: ProximityParams) -> tuple[str, ...]:
    return () if params.max_speed_kn is None else ("speed_kn",)


KIND = kinds.register(
    RuleKind(
        slug="proximity",
        title=_("Two close to each other"),
        params=ProximityParams,
        evaluate=evaluate,
        verbs=("proximity.began", "proximity.ended"),
        may_zone=True,
        needs=Needs(time=True),
        timed=True,
        paired=True,
        columns=columns,
        others=lambda params: (params.with_layer, params.with_filter),
        order=45,
    )
)
