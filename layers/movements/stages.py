"""What this layer adds to others when it starts: it looks at settled tracks."""

from layers.tracks.settling import Analyser, analysers

from .services import note

analysers.register(Analyser(slug="movements", order=20, run=note))
