"""Code written to keep us busy: each name doubles what the one before it stands for."""

from pathlib import Path

from reviewer import pipeline
from reviewer.aim import Request

# Followed one by one, the last of these would take years.
STEPS = range(1, 100)
MODELS = (
    "from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase): ...\n\n\n"
    'class Job(Base):\n    __tablename__ = "jobs"\n'
)


def aliases(first: str) -> str:
    return f"A0 = {first}\n" + "".join(f"A{step} = tuple[A{step - 1}, A{step - 1}]\n" for step in STEPS)


def flagged(root: Path, path: str, code: str) -> list[str]:
    files = {"pyproject.toml": "", "app/__init__.py": "", "app/models.py": MODELS, path: code}
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    review = pipeline.review(Request(root, (root,))).review
    assert review.problems == ()
    return [finding.rule for finding in review.findings if finding.level == "error" or "value" in finding.rule]


def test_aliases_of_aliases_are_followed_once(tmp_path: Path) -> None:
    code = "from app.models import Job\n\n" + aliases("list[Job]")
    method = "\n\nclass JobRepository:\n    def find(self) -> A99: ...\n"
    assert flagged(tmp_path, "app/repositories/job.py", code + method) == ["repository-exposes-orm-model"]


def test_names_assigned_from_names_are_followed_once(tmp_path: Path) -> None:
    doubled = "".join(f"        x{step} = x{step - 1} or x{step - 1}\n" for step in STEPS)
    code = (
        "from app.models import Job\n\n\nclass JobRepository:\n    def find(self):\n"
        f"        x0 = self.session.query(Job)\n{doubled}        return x99\n"
    )
    assert flagged(tmp_path, "app/repositories/job.py", code) == ["repository-exposes-orm-model"]


def test_fields_of_aliases_are_followed_once(tmp_path: Path) -> None:
    head = "from dataclasses import dataclass\n\n"
    body = "\n\n@dataclass(frozen=True)\nclass Box:\n    content: A99\n"
    path = "app/domain/value_objects/box.py"
    assert flagged(tmp_path, path, head + aliases("int") + body) == []
    assert flagged(tmp_path, path, head + aliases("list[int]") + body) == ["value-object-mutable-field"]
