"""A fault in the user's file: a value with a place and a fix."""

from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Where in the spec: `("services", 0, "health")`."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault found in the meaning of a spec, before its place in the text is known."""

    path: Path
    message: str
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault at a place of a file; lines and columns count from 1."""

    file: str
    line: int
    column: int
    path: Path
    message: str
    warning: bool = False

    def __str__(self) -> str:
        where = f"{shown(self.path)}: " if self.path else ""
        level = "warning: " if self.warning else ""
        return f"{self.file}:{self.line}:{self.column}: {level}{where}{self.message}"

    def order(self) -> tuple[str, int, int, str]:
        """Sort key: by place, then text."""
        return self.file, self.line, self.column, self.message


def shown(path: Path) -> str:
    """`path` as people read it: `services[0].health`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
