"""Common Alerting Protocol 1.2 (OASIS, 1 July 2010): messages written and read."""

from .model import Area, Circle, Info, Message, Reference
from .reading import CapError, read
from .writing import write

__all__ = [
    "Area",
    "CapError",
    "Circle",
    "Info",
    "Message",
    "Reference",
    "read",
    "write",
]
