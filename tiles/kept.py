"""Answers that are kept by what they were made from, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K", str, bytes)
V = TypeVar("V")


class Kept(dict[K, V]):
    """``kept[key]`` is ``read(key)``, remembered. What comes with every request is
    looked up without a call of Python.

    Keys over ``longest`` are read anew each time and at most ``size`` are kept, so
    nobody can fill the memory with them. Errors are not kept.
    """

    def __init__(self, read: Callable[[K], V], size: int, longest: int) -> None:
        super().__init__()
        self.read: Callable[[K], V] = read
        self.size = size
        self.longest = longest

    def __missing__(self, key: K) -> V:
        found = self.read(key)
        if len(key) <= self.longest:
            if len(self) >= self.size:
                self.clear()
            self[key] = found
        return found
