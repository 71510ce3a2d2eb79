"""What mypy said of a commit, kept beside its cache: as long as nothing that decides it changes, it says the same."""

from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, TypeAdapter, ValidationError

from reviewer.tools.mypy_output import Checked, Remark

FILE = "said.json"


class Said(BaseModel):
    """What is kept: what it is about, what was said, and the files that do not parse."""

    about: str
    remarks: tuple[Remark, ...]
    aside: frozenset[str]


SAID = TypeAdapter(Said)


class Memory:
    """What was said last of what `about` stands for; None stands for what is not to be kept."""

    def __init__(self, folder: Path, about: str | None) -> None:
        self._place = folder / FILE
        self._about = about

    def recalled(self) -> Checked | None:
        """What was said of it, if that is known."""
        try:
            kept = SAID.validate_json(self._place.read_bytes())
        except (OSError, ValidationError):
            return None
        return Checked(kept.remarks, kept.aside) if self._about is not None and kept.about == self._about else None

    def keep(self, checked: Checked) -> None:
        """Keep what was said; where that can't be written, it will be said again."""
        if self._about is not None:
            said = Said(about=self._about, remarks=checked.remarks, aside=checked.aside)
            with suppress(OSError):
                self._place.write_bytes(SAID.dump_json(said))
