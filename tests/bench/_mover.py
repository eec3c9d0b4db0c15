"""Moves every point of the soak once a second: ``python -m tests.bench._mover LOG``.

One update and one commit per tick, announced like every change. The tick's number
is in each point (``crew``), so that a tile says which tick it shows.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import django

_MOVE = """
UPDATE bench.moving
SET seq = %s, crew = %s, at = now(), x = x + 40 * sin(id + %s), y = y + 40 * cos(id),
    course_deg = (id * 7 + %s) %% 360
"""


def main(log: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_ioc.settings")
    django.setup()
    from django.db import connection, transaction

    from layers.core.spec import registry
    from layers.core.versions import begin_change
    from tests.bench._ground import moving_layer

    with registry.override(moving_layer()), log.open("a", buffering=1) as out:
        tick, due = 0, time.monotonic()
        while True:
            tick += 1
            with transaction.atomic(), connection.cursor() as cursor:
                seq = begin_change(moving_layer().slug)
                cursor.execute(_MOVE, [seq, tick, tick, tick])
            out.write(json.dumps({"tick": tick, "at": time.time()}) + "\n")
            due = max(due + 1, time.monotonic())
            time.sleep(max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
