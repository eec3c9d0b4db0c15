"""The live channel: what changes on the map, over a websocket at ``/live``."""
