"""The packages that are known, by their names."""

import pytest

from reviewer.config_sections import Imports
from reviewer.index.answers import Layer
from reviewer.index.packages import PACKAGES, PackageKind, known_package


@pytest.mark.parametrize(
    ("name", "package", "kind"),
    [
        ("sqlalchemy.orm.Session", "sqlalchemy", PackageKind.ORM),
        ("django.db.models", "django.db", PackageKind.ORM),
        ("django.http.HttpRequest", "django", PackageKind.WEB),
        ("aiohttp.web.Response", "aiohttp.web", PackageKind.WEB),
        ("aiohttp.ClientSession", "aiohttp", PackageKind.HTTP),
        ("flask_sqlalchemy.SQLAlchemy", "flask_sqlalchemy", PackageKind.ORM),
        ("redis.asyncio", "redis", PackageKind.DATABASE),
        ("celery", "celery", PackageKind.QUEUE),
        ("google.cloud.storage", "google.cloud", PackageKind.CLOUD),
    ],
)
def test_the_innermost_known_package_counts(name: str, package: str, kind: PackageKind) -> None:
    assert known_package(name) == (package, kind)


@pytest.mark.parametrize(
    "name", ["http.HTTPStatus", "google.protobuf", "redistribute", "pydantic", "queue", "databases"]
)
def test_other_packages_are_not_known(name: str) -> None:
    assert known_package(name) is None


def test_no_package_is_of_two_kinds() -> None:
    names = [name for packages in PACKAGES.values() for name in packages]
    assert sorted(names) == sorted(set(names))


def test_each_kind_can_be_said_in_words() -> None:
    assert [kind.in_words for kind in PackageKind] == [
        "ORM",
        "web framework",
        "database driver",
        "http client",
        "queue client",
        "cloud client",
    ]


def test_the_defaults_of_the_configuration_are_layers_and_kinds() -> None:
    imports = Imports()
    assert {*imports.domain, *imports.use_cases} <= {*Layer, *PackageKind}
