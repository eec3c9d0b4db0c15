"""The ingest stage ``duties``: berth and band at once, and the end of a silence.

It looks only at the live rows that moved with this delivery; their ``seq`` is new
already, so whoever draws them reads the new state with them.
"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from layers.core.ingest import Observed, Stage, stages
from layers.core.spec import Layer

SLUG = "vessels"


def run(layer: Layer, observed: Observed) -> None:
    """Places of the vessels that moved; ladders of those whose VMS was heard."""
    from .duties import clock, placing

    if layer.slug != SLUG:
        return
    moved = np.unique(observed.feature_id[observed.newest])
    if len(moved):
        placing.update(moved.tolist())
    counted = np.isfinite(observed.values["vms_at"])
    if counted.any():
        at = float(observed.at[counted].max())
        heard = np.unique(observed.feature_id[counted])
        clock.heard(heard.tolist(), datetime.fromtimestamp(at, UTC))


STAGE = stages.register(Stage(slug="duties", order=30, run=run))
