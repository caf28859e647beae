"""The kinds of target, for both who loads a spec and who only reads a loaded one; needs no other module."""

from collections.abc import Mapping
from typing import Final, Literal

Kind = Literal["host", "service", "redis", "postgres", "job"]
"""A kind of target: one file of this name in every layer."""

KINDS: Final[Mapping[str, str]] = {
    "host": "hosts", "service": "services", "redis": "redis", "postgres": "postgres", "job": "jobs",
}  # fmt: skip
"""Kind of target → its section of the spec; every `Kind` once."""
