"""The wall on ``/live``: pages join, an armed console leads, panels tell how they do."""
