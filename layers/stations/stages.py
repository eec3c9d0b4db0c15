"""What stations bring along for others: files that people hand in."""

from __future__ import annotations

from . import sheets  # noqa: F401  (registers itself)
