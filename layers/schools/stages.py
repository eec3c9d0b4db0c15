"""Lists of schools are handed in as files."""

from . import sheets

__all__ = ["sheets"]
