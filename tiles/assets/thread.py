"""The one thread that draws: whatever is asked for, it takes no more than a core."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

_one = ThreadPoolExecutor(1, thread_name_prefix="assets")


async def drawn(draw: Callable[[], T]) -> T:
    """What ``draw`` gives; it never starts when nobody waits for it any more."""
    return await asyncio.get_running_loop().run_in_executor(_one, draw)
