"""The ingest stage ``rules``: fresh observations against the layer's rules; and the
same for events."""

from __future__ import annotations

from layers.core.events import Listener, listeners
from layers.core.ingest import Stage, stages

from . import compounding, hearing
from .evaluation import run

STAGE = stages.register(Stage(slug="rules", order=50, run=run))
COMPOUND = listeners.register(Listener(slug="compound", order=60, run=compounding.run))
LISTENER = listeners.register(Listener(slug="rules", order=50, run=hearing.run))
