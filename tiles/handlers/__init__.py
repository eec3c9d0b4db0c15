"""What the tile service answers: one module per kind of thing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tiles.http import Request
from tiles.routes import Kind, Route

Handler = Callable[[Request, Route], Awaitable[None]]
Handlers = dict[Kind, Handler]
