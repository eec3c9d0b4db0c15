"""The wall on ``/live``: pages join, an armed console leads, panels say how they do."""
