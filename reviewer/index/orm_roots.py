"""The classes, factories and decorators of other distributions that make ORM models."""

from itertools import product


def _spelled(modules: tuple[str, ...], names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(f"{module}.{name}" for module, name in product(modules, names))


SQLALCHEMY = ("sqlalchemy.orm", "sqlalchemy.orm.decl_api")
EXTENSION = ("sqlalchemy.ext.declarative", "sqlalchemy.ext.declarative.api")

# A direct subclass of one of these is a declarative base itself; what extends that base is a model.
BASE_CLASSES = _spelled(SQLALCHEMY, ("DeclarativeBase", "DeclarativeBaseNoMeta"))

METACLASSES = _spelled((*SQLALCHEMY, *EXTENSION), ("DeclarativeMeta", "DeclarativeAttributeIntercept"))

# What these return is a declarative base.
FACTORIES = _spelled(
    (*SQLALCHEMY, *EXTENSION, "sqlalchemy.ext.automap"), ("declarative_base", "automap_base")
) | _spelled(("sqlmodel.orm", "pyramid_basemodel"), ("declarative_base",))

REGISTRIES = _spelled((*SQLALCHEMY,), ("registry",)) | {"advanced_alchemy.base.create_registry"}
REGISTRY_OBJECTS = frozenset({"advanced_alchemy.base.orm_registry"})

# These decorate a declarative base; the others decorate the model itself.
BASE_DECORATORS = _spelled((*SQLALCHEMY, *EXTENSION), ("as_declarative",))
BASE_METHODS = frozenset({"generate_base"})
BASE_DECORATOR_METHODS = frozenset({"as_declarative_base"})
MODEL_DECORATORS = _spelled(SQLALCHEMY, ("mapped_as_dataclass",))
MODEL_DECORATOR_METHODS = frozenset({"mapped", "mapped_as_dataclass"})

# Instances of these have a declarative base as their attribute `Model`.
MODEL_HOLDERS = _spelled(
    ("flask_sqlalchemy", "flask_sqlalchemy.extension", "flask_appbuilder", "flask_appbuilder.models.sqla"),
    ("SQLAlchemy", "SQLA"),
) | _spelled(("gino", "gino.api", "gino.ext.starlette", "gino.ext.sanic", "gino.ext.aiohttp"), ("Gino",))

ADVANCED_ALCHEMY = _spelled(
    (
        "advanced_alchemy.base",
        "advanced_alchemy.extensions.fastapi.base",
        "advanced_alchemy.extensions.flask.base",
        "advanced_alchemy.extensions.litestar.base",
        "advanced_alchemy.extensions.sanic.base",
        "advanced_alchemy.extensions.starlette.base",
        "litestar.contrib.sqlalchemy.base",
        "litestar.plugins.sqlalchemy.base",
    ),
    (
        "AdvancedDeclarativeBase",
        "BigIntAuditBase",
        "BigIntBase",
        "DefaultBase",
        "IdentityAuditBase",
        "IdentityBase",
        "NanoIDAuditBase",
        "NanoIDBase",
        "SQLQuery",
        "UUIDAuditBase",
        "UUIDBase",
        "UUIDv6AuditBase",
        "UUIDv6Base",
        "UUIDv7AuditBase",
        "UUIDv7Base",
    ),
)

# A direct subclass of one of these is a model already.
DECLARATIVE = ADVANCED_ALCHEMY | {
    "flask_appbuilder.Model",
    "flask_appbuilder.models.sqla.Model",
    "flask_sqlalchemy.model.Model",
}
DJANGO = frozenset(
    {
        "django.contrib.auth.base_user.AbstractBaseUser",
        "django.contrib.auth.models.AbstractBaseUser",
        "django.contrib.auth.models.AbstractUser",
        "django.contrib.gis.db.models.Model",
        "django.db.models.Model",
        "django.db.models.base.Model",
    }
)
DOCUMENTS = DJANGO | {
    "beanie.Document",
    "beanie.DocumentWithSoftDelete",
    "beanie.UnionDoc",
    "beanie.odm.documents.Document",
    "mongoengine.Document",
    "mongoengine.DynamicDocument",
    "mongoengine.DynamicEmbeddedDocument",
    "mongoengine.EmbeddedDocument",
    "mongoengine.document.Document",
    "odmantic.Model",
    "ormar.Model",
    "piccolo.table.Table",
    "tortoise.Model",
    "tortoise.models.Model",
}
PEEWEE = frozenset({"peewee.Model"})
SQLMODEL = _spelled(("sqlmodel", "sqlmodel.main"), ("SQLModel",))

TYPE_VARIABLES = frozenset({"typing.TypeVar", "typing_extensions.TypeVar"})
COLUMN_NAMES = frozenset({"Column", "mapped_column", "MappedColumn"})
TABLE_NAMES = ("__tablename__", "__table__")
KNOWN = (
    BASE_CLASSES
    | METACLASSES
    | FACTORIES
    | REGISTRIES
    | BASE_DECORATORS
    | MODEL_DECORATORS
    | MODEL_HOLDERS
    | DECLARATIVE
    | DOCUMENTS
    | PEEWEE
    | SQLMODEL
    | _spelled(("sqlalchemy", "sqlmodel"), ("select",))
)
