"""Memory of a web process: freed blocks are kept, what never goes is not searched."""

from __future__ import annotations

import ctypes
import gc

# mallopt(3) of glibc.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
LARGEST_BLOCK = 32 * 1024 * 1024
KEPT_BYTES = 128 * 1024 * 1024


def keep_freed() -> bool:
    """Let the allocator keep up to 128 MB for the next tile.

    A large live tile needs some megabytes for milliseconds. Returned to the
    system, each of their pages costs a fault the next time, on virtual machines
    more than the encoding itself (measured: 19 ms instead of 4 ms). False where
    the C library has no such switch.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return bool(
        mallopt(_M_MMAP_THRESHOLD, LARGEST_BLOCK)
        and mallopt(_M_TRIM_THRESHOLD, KEPT_BYTES)
    )


# Objects between two searches for garbage. A request leaves none that reference
# counting does not free, so the searches find next to nothing.
THRESHOLDS = (20_000, 20, 50)


def spare_searches() -> None:
    """Exempt what is in memory now from the search for unreachable objects.

    Call it when everything is loaded. Hundreds of thousands of objects of Django
    and its models stay for ever; walking them each time stopped a process for tens
    of milliseconds, which were the slowest tiles (measured with 200 clients).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
