"""Every expected failure. The class is the situation; its exit status is on it; its message is shown as it is."""

from collections.abc import Sequence
from typing import ClassVar

from watchspec.problems import Problem


class WatchspecError(Exception):
    """Base of what can go wrong without a bug; the message is one line for the user."""

    exit_status: ClassVar[int] = 1


class UsageError(WatchspecError):
    """The command line asks for something impossible."""

    exit_status = 2


class SpecInvalid(WatchspecError):
    """The spec says something impossible; carries every problem, sorted by place."""

    exit_status = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=Problem.order))
        super().__init__("\n".join(map(str, self.problems)))


class OutputDrift(WatchspecError):
    """Files on disk differ from what the spec renders; `watchspec generate` mends it."""

    exit_status = 3


class ProofFailed(WatchspecError):
    """A rule does not do what its test says; names the test and its place."""


class SecretUnreadable(WatchspecError):
    """A secret's file or environment variable is not there or cannot be read."""


class EnvironmentFailure(WatchspecError):
    """The machine lacks or refuses something: a port in use, a missing program, a folder that cannot be written."""
