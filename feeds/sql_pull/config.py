"""Settings of a source that is read by SQL, checked."""

from __future__ import annotations

import re
from typing import Any

from pydantic import Field, field_validator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from feeds.core.configs import settings_of
from feeds.core.pulling import LEAST_S
from feeds.tables.config import Mapping
from layers.core.secrets import names

_READS = re.compile(r"\s*(select|with)\b", re.IGNORECASE)


class SqlPull(Mapping):
    """``database`` is an address of SQLAlchemy whose password is a secret
    (``postgresql+psycopg://reader:${finance}@10.0.0.5/kho``). ``query`` reads; with
    ``cursor``, the column that grows with every change, it may hold ``:since``: the
    largest value seen so far (``first`` at the beginning). Compare with ``>=``: what
    comes twice is known, what was written in the same moment is not missed."""

    database: str = Field(max_length=1_000)
    query: str = Field(max_length=20_000)
    cursor: str = ""
    first: str | int | float = ""
    every_s: float = Field(default=3_600.0, ge=LEAST_S)
    timeout_s: float = Field(default=60.0, gt=0, le=3_600)
    batch_rows: int = Field(default=5_000, ge=1, le=50_000)

    @field_validator("database")
    @classmethod
    def _address(cls, text: str) -> str:
        try:
            url = make_url(text)
        except ArgumentError as error:
            raise ValueError(str(error)) from None
        if url.password and not names(str(url.password)):
            raise ValueError("the password must be a secret: ${name}")
        return text

    @field_validator("query")
    @classmethod
    def _one_reading(cls, text: str) -> str:
        if not _READS.match(text):
            raise ValueError("the query must begin with SELECT or WITH")
        if ";" in text.rstrip().removesuffix(";"):
            raise ValueError("one statement only")
        return text


def check(config: Any) -> None:
    """For ``FeedKind.check``."""
    settings = settings_of(config, SqlPull)
    if ":since" in settings.query and not settings.cursor:
        raise ValueError("query: :since needs a cursor column")
