"""Which Python a project is for, by its own word."""

import tomllib

from packaging.specifiers import InvalidSpecifier, SpecifierSet

# The oldest and the newest minor version that every ruff we take knows.
OLDEST, NEWEST = 7, 14


def oldest_minor(pyproject: bytes | None) -> int | None:
    """The minor version of the oldest Python 3 that a project supports; None where that is not clear."""
    asked = _requires_python(pyproject)
    try:
        # Poetry has a sign of its own for the versions from one on.
        allowed = SpecifierSet(asked.replace("^", ">="))
    except InvalidSpecifier:
        return None
    known = (minor for minor in range(OLDEST, NEWEST + 1) if _allows(allowed, minor))
    return next(known, None) if asked else None


def _allows(allowed: SpecifierSet, minor: int) -> bool:
    """Whether the first or the last release that there will ever be of a minor version is allowed."""
    return any(allowed.contains(f"3.{minor}.{patch}") for patch in (0, 99))


def _requires_python(pyproject: bytes | None) -> str:
    try:
        document = tomllib.loads((pyproject or b"").decode())
    except (ValueError, RecursionError):
        return ""
    match document:
        case {"project": {"requires-python": str(asked)}}:
            return asked
        case {"tool": {"poetry": {"dependencies": {"python": str(asked)}}}}:
            return asked
        case _:
            return ""
