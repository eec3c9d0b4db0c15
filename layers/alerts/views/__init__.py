"""Pages of the operators' desk."""
