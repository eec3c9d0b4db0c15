"""Every test of the launcher has a clone of its own and no instance around it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import config, datahome
from launcher.layout import Layout


@pytest.fixture(autouse=True)
def _no_instance_around(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = config.outside_environment()
    for name in set(os.environ) - set(kept):
        monkeypatch.delenv(name)


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    """An empty clone; its data are removed afterwards, wherever they went."""
    made = Layout(root=tmp_path / "clone")
    made.root.mkdir()
    made.make()
    yield made
    datahome.remove(made)
