"""Projects with ORM models whose repositories cannot be found."""

from collections.abc import Iterator

from reviewer.api import Bad, Check, Finding, Good, Level, ProjectContext, on_project

MODEL = """
from sqlalchemy.orm import DeclarativeBase

class Base(DeclarativeBase): ...

class Job(Base):
    __tablename__ = "jobs"
"""


class RepositoryLayerNotFound(Check):
    """Where no repository is found, nobody can say which code may know the ORM models.

    Either the project has no such layer, and its routes and services talk to tables directly, or the layer is there
    under another name. Until one of them is settled, `orm-model-outside-repository` and `repository-exposes-orm-model`
    have nothing to go by: they stay silent, and this note stands for them, once.

    Name the folders and modules of the layer in the configuration:

        [tool.reviewer.layers]
        repositories = ["dao", "*_store.py"]

    By default these are `repositories`, `repository`, `repos`, `repository.py` and `*_repository.py`, below the source
    root, and every class that is named `…Repository` or `…Repo` or has such a base. `reviewer inspect` says for each
    file which layer it is in and why.
    """

    name = "repository-layer-not-found"
    level = Level.NOTE
    message = (
        "Nothing says which code may know the ORM models: no repository class, folder or module was found; where there"
        ' are some, name them under [tool.reviewer.layers] as repositories = ["…"].'
    )
    examples = (
        Bad(path="app/models.py", code=MODEL, files={"app/services/jobs.py": "from app.models import Job\n"}),
        # Test doubles are no layer.
        Bad(path="app/models.py", code=MODEL, files={"tests/fakes.py": "class JobRepository:\n    pass\n"}),
        Good(path="app/models.py", code=MODEL, files={"app/repositories/job.py": ""}),
        Good(path="app/models.py", code=MODEL, files={"app/job_repository.py": ""}),
        Good(path="app/models.py", code=MODEL, files={"app/storage.py": "class JobRepository:\n    pass\n"}),
        # No models, or only those of tests.
        Good(path="app/models.py", code="class Job:\n    pass\n"),
        Good(path="tests/models.py", code=MODEL),
    )

    @on_project
    def project(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Report once that the layer is not there."""
        if not ctx.index.has_repositories() and ctx.index.has_orm_models():
            yield self.project_finding()
