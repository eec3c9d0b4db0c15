"""Pages of the layer: the explorer, and what opens from a unit or a figure."""
