"""Generated files as they were, so that a change that is refused can be taken back."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.layout import Files


@dataclass(frozen=True, slots=True)
class Saved:
    """What an earlier run wrote below a folder."""

    folder: Path
    files: "Files"

    @classmethod
    def of(cls, folder: Path) -> "Saved":
        """Every file of the folder's manifest that is there."""
        from generator.files import MANIFEST  # noqa: PLC0415  # the generator is read only by who renders

        manifest = folder / MANIFEST
        lines = manifest.read_text(encoding="utf-8").splitlines() if manifest.exists() else []
        paths = [path for path in (line.partition("  ")[2] for line in lines) if (folder / path).is_file()]
        return cls(folder, {path: (folder / path).read_bytes().decode(errors="replace") for path in paths})

    def put_back(self) -> None:
        """Make the folder hold them again and nothing newer; a folder that held none keeps what was written since."""
        from generator import files  # noqa: PLC0415

        if self.files:
            files.write(self.files, self.folder)
