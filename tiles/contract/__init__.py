"""Martin's HTTP contract as a suite that runs against any tile server.

Forty rows in groups, one module each. Every row is a function of a server; it
raises AssertionError with a text that says what was expected and what came.
Expectations were confirmed on Martin 1.16.1. Where this product deliberately
answers otherwise the row has both expectations and the reason.

The server publishes the schemas of ``fixture.sql`` and the folder that
``fixture.write_assets`` makes (``manage.py tiles_contract --help``).
"""

from .row import ROWS, NotApplicable, Outcome, Row, run
from .server import Server

__all__ = ["ROWS", "NotApplicable", "Outcome", "Row", "Server", "run"]
