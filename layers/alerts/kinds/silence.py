"""Kind ``silence``: nothing heard of a feature for some time."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from django.utils.translation import gettext_lazy as _
from pydantic import Field, model_validator

from .base import (
    Batch,
    Needs,
    Params,
    RuleKind,
    Shown,
    States,
    Transitions,
    Zones,
    kinds,
    with_features,
)


class SilenceParams(Params):
    """Raised ``minutes`` after the newest observation. What has been silent for
    longer than ``until_minutes`` is the business of another rule (or of nobody:
    a boat sold years ago)."""

    minutes: Annotated[float, Shown(_("Nothing heard for"), _("min"))] = Field(
        gt=0, le=525_600
    )
    until_minutes: Annotated[
        float,
        Shown(
            _("But not longer than"),
            _("min"),
            _("What is silent for longer is the business of another rule."),
        ),
    ] = Field(14_400, gt=0, le=5_256_000)

    @model_validator(mode="after")
    def _ordered(self) -> SilenceParams:
        if self.until_minutes <= self.minutes:
            raise ValueError("until_minutes must be more than minutes")
        return self


def evaluate(
    params: SilenceParams, zones: Zones, states: States, batch: Batch
) -> tuple[States, Transitions]:
    """Newest observation of every feature against ``batch.now``.

    A silence begins ``minutes`` after the newest observation, whenever the clock
    is looked at; it ends at the time of the next observation.
    """
    newest, row = _newest(batch)
    limit_s, until_s = params.minutes * 60, params.until_minutes * 60
    age = batch.now - newest.at
    silent = (age >= limit_s) & (age < until_s)
    states = with_features(states, newest.feature_id[silent])
    new = states.take(np.arange(len(states)))
    spot = np.searchsorted(newest.feature_id, states.feature_id)
    spot = np.minimum(spot, len(newest) - 1)
    known = newest.feature_id[spot] == states.feature_id
    fresh = known & (newest.at[spot] > states.last_at)
    ended = states.active & fresh & (newest.at[spot] > states.since)
    new.last_at[fresh] = newest.at[spot[fresh]]
    began = known & silent[spot] & (~states.active | ended)
    began &= new.last_at == newest.at[spot]
    starts = newest.at[spot] + limit_s
    new.active = (states.active & ~ended) | began
    new.since = np.where(began, starts, np.where(ended, newest.at[spot], states.since))
    off, on = np.flatnonzero(ended), np.flatnonzero(began)
    state = np.concatenate([off, on])
    at = np.concatenate([newest.at[spot[off]], starts[on]])
    order = np.argsort(at, kind="stable")
    return new, Transitions(
        state=state[order],
        row=row[spot[state]][order],
        at=at[order],
        on=np.repeat([False, True], [len(off), len(on)])[order],
        late=np.zeros(len(order), dtype=bool),
    )


def _newest(batch: Batch) -> tuple[Batch, np.ndarray]:
    """The last row of every feature (a batch is ordered by feature and time)."""
    last = np.ones(len(batch), dtype=bool)
    last[:-1] = batch.feature_id[1:] != batch.feature_id[:-1]
    row = np.flatnonzero(last)
    return batch.take(row), row


KIND = kinds.register(
    RuleKind(
        slug="silence",
        title=_("Nothing heard for some time"),
        params=SilenceParams,
        evaluate=evaluate,
        verbs=("silence.began", "silence.ended"),
        needs=Needs(time=True),
        timed=True,
        heard=True,
        order=30,
    )
)
