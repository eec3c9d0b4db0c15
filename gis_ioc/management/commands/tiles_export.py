"""``manage.py tiles_export boats,land out.pmtiles``: tiles for offline phones."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gis_ioc.accounts.grants import grant_of
from gis_ioc.accounts.models import AuditEntry
from gis_ioc.live.services import Services
from gis_ioc.management.tiles import add_place, telling, user_named
from layers.core.scope import Grant, everything
from layers.core.spec import registry
from tiles.archives.pyramid import Job, Progress, walk
from tiles.archives.writers import WRITERS, About, writing
from tiles.sources import RequestError, Source, UnavailableError
from tiles.tilejson import merge

# Phones magnify beyond; a tile unit is 60 cm here.
DEEPEST_BY_DEFAULT = 14


class Command(BaseCommand):
    help = "Write the tiles of one or several sources into a PMTiles or MBTiles file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sources", help="ids as in /tiles/catalog, with commas")
        parser.add_argument("out", type=Path, help="file.pmtiles or file.mbtiles")
        add_place(parser)
        parser.add_argument("--filter", default="", help="CQL2 text; layers only")
        parser.add_argument("--at", default="", help="ISO 8601 time; layers only")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        if out.suffix.lower() not in WRITERS:
            raise CommandError(f"the file must end in {' or '.join(WRITERS)}")
        if not out.absolute().parent.is_dir():
            raise CommandError(f"there is no folder {out.absolute().parent}")
        user = user_named(options["as_user"])
        grant = grant_of(user) if user else everything()
        try:
            progress = asyncio.run(self.export(out, grant, options))
        except (RequestError, UnavailableError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("stopped; no file was written") from None
        AuditEntry.objects.create(
            user=user,  # type: ignore[misc]
            action="export",
            detail={
                "sources": options["sources"],
                "format": out.suffix.lower()[1:],
                "tiles": progress.written,
                "filter": options["filter"],
                "at": options["at"],
                "bbox": options["bbox"],
            },
        )
        self.stdout.write(
            f"{out}: {progress.written} tiles, {out.stat().st_size / 2**20:.1f} MB"
        )

    async def export(
        self, out: Path, grant: Grant, options: dict[str, Any]
    ) -> Progress:
        services = Services()
        await services.pool.open(wait=False)
        try:
            ids = list(dict.fromkeys(options["sources"].split(",")))
            sources = await _find(services, ids, grant)
            job, about = await _plan(sources, grant, options)
            return await self.write(out, job, about)
        finally:
            await services.pool.close(timeout=2)

    async def write(self, out: Path, job: Job, about: About) -> Progress:
        progress = Progress()
        async with telling(self.stderr, progress):
            with writing(out) as writer:
                async with aclosing(walk(job, progress)) as tiles:
                    async for (z, x, y), content in tiles:
                        writer.put(z, x, y, content)
                if not progress.written:
                    raise CommandError("there is nothing in this box at these zooms")
                writer.finish(about)
        return progress


async def _find(services: Services, ids: list[str], grant: Grant) -> list[Source]:
    """The sources, ready to be asked; one that may not be seen does not exist."""
    catalog = services.catalog
    # The second look takes files that were being written at the first.
    for _look in range(2):
        for provider in catalog.providers:
            await catalog.refresh(provider)
        if all(catalog.get(source_id) for source_id in ids):
            break
    known = {source.id: source for source in catalog.visible(grant)}
    for source_id in ids:
        if source_id not in known:
            reason = catalog.broken.get(source_id) or f"known are {', '.join(known)}"
            raise CommandError(f"no source {source_id!r}; {reason}")
        live = services.store.layers.get(source_id)
        if live is not None:
            async with services.pool.connection() as connection:
                await live.load(connection)
    found = [known[source_id] for source_id in ids]
    if len({source.content_type for source in found}) > 1:
        raise CommandError("these sources have different kinds of tiles")
    if len(found) > 1 and "vector_layers" not in await found[0].tilejson(grant):
        raise CommandError("images cannot be put together; one source at a time")
    return found


async def _plan(
    sources: Sequence[Source], grant: Grant, options: dict[str, Any]
) -> tuple[Job, About]:
    params = {name: options[name] for name in ("filter", "at") if options[name]}
    plain = [source.id for source in sources if source.id not in registry]
    if params and plain:
        raise CommandError(
            f"{', '.join(plain)}: no layer, --filter and --at do nothing"
        )
    document = merge([await source.tilejson(grant) for source in sources])
    deepest = max(source.maxzoom for source in sources)
    maxzoom = options["maxzoom"]
    if maxzoom is None:
        maxzoom = min(DEEPEST_BY_DEFAULT, deepest, document["maxzoom"])
    minzoom = options["minzoom"]
    if minzoom is None:
        minzoom = min(source.minzoom for source in sources)
    if not minzoom <= maxzoom <= deepest:
        raise CommandError(f"no tiles at zoom {minzoom} to {maxzoom}")
    job = Job(sources, grant, options["bbox"], minzoom, maxzoom, params)
    created = datetime.now(UTC).isoformat(timespec="seconds")
    kind = sources[0].content_type
    return job, About(document, kind, job.bbox, minzoom, maxzoom, created)
