"""Pages of the operators' desk."""

from .listing import index
from .single import act

__all__ = ["act", "index"]
