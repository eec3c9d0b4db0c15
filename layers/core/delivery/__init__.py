"""Telling people: notices, the channels they go over, receipts and a log of it all.

``send(Notice(…))`` is called inside the transaction of whatever there is to tell. The
rows that it writes are the promise; a worker keeps it after the commit.
"""

from __future__ import annotations

from .notices import Notice, moment
from .services import send

__all__ = ["Notice", "moment", "send"]
