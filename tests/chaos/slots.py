"""How many connections PostgreSQL has, and whose, while a drill runs."""

from __future__ import annotations

import threading
from collections import Counter

import psycopg

from .drill import WATCH

EVERY_S = 0.5
COUNT = """
    SELECT application_name, count(*) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() GROUP BY 1"""


class Watch:
    """Counts from now until :meth:`end`. ``most``: the greatest number by name of the
    program; ``peak``: of all at one moment; ``limit``: what the server grants."""

    def __init__(self, url: str) -> None:
        self.url = url.replace("postgis://", "postgresql://")
        self.most: Counter[str] = Counter()
        self.peak = self.limit = 0
        self._over = threading.Event()
        self._look()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        with psycopg.connect(self.url, application_name=WATCH) as link:
            counts = dict(link.execute(COUNT).fetchall())
            row = link.execute("SHOW max_connections").fetchone()
        self.limit = int(row[0]) if row else 0
        self.peak = max(self.peak, sum(counts.values()))
        for name, count in counts.items():
            self.most[name] = max(self.most[name], count)

    def _run(self) -> None:
        while not self._over.wait(EVERY_S):
            try:
                self._look()
            except psycopg.OperationalError as error:
                # no slot left for the watch itself is what it looks for
                if "too many" in str(error) or "remaining connection" in str(error):
                    self.peak = self.limit

    def end(self) -> None:
        self._over.set()
        self._thread.join()
