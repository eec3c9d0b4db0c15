"""The ingest stage ``duties``: the end of a silence is told at once.

Only for vessels whose counted VMS was heard, first where they are, then what they
owe; their live rows have the ``seq`` of this delivery already, so whoever draws them
reads the new state with them. Where all others are, the clock of duties tells.
"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from layers.core.ingest import Observed, Stage, stages
from layers.core.spec import Layer

SLUG = "vessels"


def run(layer: Layer, observed: Observed) -> None:
    """Places and ladders of the vessels whose VMS was heard."""
    from .duties import clock, placing

    if layer.slug != SLUG:
        return
    counted = np.isfinite(observed.values["vms_at"])
    if counted.any():
        at = float(observed.at[counted].max())
        heard = np.unique(observed.feature_id[counted]).tolist()
        placing.update(heard)
        clock.heard(heard, datetime.fromtimestamp(at, UTC))


STAGE = stages.register(Stage(slug="duties", order=30, run=run))
