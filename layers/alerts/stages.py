"""The ingest stage ``rules``: fresh observations against the layer's rules."""

from __future__ import annotations

from layers.core.ingest import Stage, stages

from .evaluation import run

STAGE = stages.register(Stage(slug="rules", order=50, run=run))
