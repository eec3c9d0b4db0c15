"""What the conductor reads and writes in the database, for the event loop."""

from __future__ import annotations

from typing import Any

from channels.db import database_sync_to_async
from django.contrib.auth import get_user_model

from gis_ioc.wall import acts, services
from gis_ioc.wall.models import Wall
from gis_ioc.wall.program import VERSIONS, named, version
from gis_ioc.wall.services import NotAllowedError, RefusedError

Head = tuple[int, str]
HEADS = (
    "SELECT told.slug, coalesce(state.seq, 0), told.version"
    f" FROM ({VERSIONS}) AS told"
    " LEFT JOIN wall_wallstate AS state ON state.wall_id = told.id"
)


@database_sync_to_async
def told(slug: str) -> tuple[dict[str, Any], Wall] | None:
    """(``wall.state`` of the wall, the wall); None: there is none."""
    wall = Wall.objects.filter(slug=slug).first()
    if wall is None:
        return None
    row, state = services.current(wall)
    row.wall = wall
    return services.message_of(row, state, version(wall)), wall


async def heads(connection: Any) -> dict[str, Head]:
    """(seq, bundle) of every wall."""
    cursor = await connection.execute(HEADS)
    return {slug: (seq, named(digest)) for slug, seq, digest in await cursor.fetchall()}


@database_sync_to_async
def rest(slug: str, user_id: int, console: str, view: dict[str, float]) -> str:
    """Write the camera of a map at rest into the state; why not, or ""."""
    wall = Wall.objects.filter(slug=slug).first()
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if wall is None or user is None:
        return ""
    act = acts.Camera(act="camera", console=console, camera=acts.View(**view))
    try:
        services.apply(wall, act, user)
    except (RefusedError, NotAllowedError) as error:
        return str(error)
    return ""
