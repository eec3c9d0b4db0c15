"""What this layer adds to others when it starts: its tables are forgotten with the
positions that they were made of."""

from layers.vessels.retention import Kept, kept

kept.register(Kept(slug="tracks_piece", table="tracks_piece", order=10, layer="tracks"))
kept.register(Kept(slug="tracks_day", table="tracks_day", order=11, column="day"))
