"""Fixtures for every folder: roles synced, and a fixed cast of users."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent
# A loaded machine is slow, not wrong.
hypothesis.settings.register_profile("gis_ioc", deadline=None)
hypothesis.settings.load_profile("gis_ioc")
SHARED_DATA = Path(os.environ.get("IOC_SHARED_DATA", ROOT.parent / "shared" / "data"))


@pytest.fixture(autouse=True, scope="session")
def _redis_of_its_own(worker_number: int) -> None:
    """Workers have databases of their own, so a change that one announces must
    not reach the servers of another, where the same id is somebody else."""
    from django.conf import settings

    from layers.core import changes

    base, _slash, _number = settings.REDIS_URL.rpartition("/")
    settings.REDIS_URL = os.environ["REDIS_URL"] = f"{base}/{worker_number}"
    changes.client.cache_clear()


@pytest.fixture(scope="session")
def worker_number() -> int:
    """From 1; 0 without xdist. Redis has sixteen databases."""
    name = os.environ.get("PYTEST_XDIST_WORKER", "")
    return 1 + int(name.removeprefix("gw")) % 15 if name else 0


@pytest.fixture(scope="session")
def django_db_setup(  # type: ignore[no-untyped-def]
    django_test_environment,
    django_db_blocker,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_modify_db_settings,
):
    """The test database, for tests that commit as well (``committed``).

    pytest-django makes it only when a test with its own marker was collected; a
    file without one, run alone, would write into the real database.
    """
    from django.db import OperationalError
    from django.test.utils import setup_databases, teardown_databases

    with django_db_blocker.unblock():
        made = setup_databases(
            verbosity=0,
            interactive=False,
            aliases={"default"},
            keepdb=django_db_keepdb and not django_db_createdb,
        )
    yield
    if not django_db_keepdb:
        # A server of the tests may still hold a connection.
        with django_db_blocker.unblock(), suppress(OperationalError):
            teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True, scope="session")
def _flush_what_django_does_not_manage() -> None:
    """Tests that commit empty every table afterwards, also those made in SQL.

    Content types and permissions stay, so they are not made again after each test.
    """
    from django.contrib.auth.management import create_permissions
    from django.contrib.contenttypes.management import create_contenttypes
    from django.core.management.commands import flush
    from django.db.backends.postgresql.introspection import DatabaseIntrospection
    from django.db.models.signals import post_migrate

    keep = {"spatial_ref_sys", "django_migrations"}
    keep |= {"django_content_type", "auth_permission"}
    lasting = {"dispatch_uid": f"{create_permissions.__module__}.create_permissions"}
    told = flush.emit_post_migrate_signal

    def tell_the_others(*args, **more):  # type: ignore[no-untyped-def]
        post_migrate.disconnect(**lasting)
        post_migrate.disconnect(create_contenttypes)
        told(*args, **more)
        post_migrate.connect(create_contenttypes)
        post_migrate.connect(create_permissions, **lasting)

    flush.emit_post_migrate_signal = tell_the_others
    declared = DatabaseIntrospection.django_table_names

    def all_names(self, only_existing=False, include_views=True):  # type: ignore[no-untyped-def]
        names = set(declared(self, only_existing, include_views))
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
                " AND NOT relispartition"
                " AND relnamespace = current_schema()::regnamespace"
            )
            names |= {name for (name,) in cursor.fetchall()}
        return sorted(names - keep)

    DatabaseIntrospection.django_table_names = all_names  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _fast_and_quiet(settings) -> None:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ALLOWED_HOSTS = ["*"]


@pytest.fixture(autouse=True)
def _no_memory_between_tests() -> None:
    """Transactions are rolled back, so what was cached of them must go."""
    from layers.core import versions

    versions.forget_all()


@pytest.fixture(scope="session")
def shared_file() -> Callable[[str], Path]:
    """Path of a real recording; skips without it, fails without it in CI."""

    def find(name: str) -> Path:
        path = SHARED_DATA / name
        if not path.exists():
            message = f"real data file {name} is not here ({SHARED_DATA})"
            if os.environ.get("CI") == "true":
                pytest.fail(message)
            pytest.skip(message)
        return path

    return find


@pytest.fixture
def cast(db):  # type: ignore[no-untyped-def]
    """Users by role name; ``officer`` has no unit until a test gives one."""
    from django.contrib.auth.models import Group

    from gis_ioc.accounts.models import Scope, User
    from gis_ioc.accounts.roles import ROLES, sync_roles

    sync_roles()
    users = {}
    for role in ROLES:
        user = User.objects.create_user(role, password="secret-of-a-test")
        user.groups.add(Group.objects.get(name=role))
        if role != "officer":
            Scope.objects.create(user=user, all_units=True)
        users[role] = user
    users["outsider"] = User.objects.create_user("outsider", password="x")
    return users
