"""The distribution, from os-release."""

import re
import shlex
from functools import cache
from typing import Final

from exporter.families import Families, render
from exporter.linux.tree import Tree

_LABELS: Final = (
    "build_id", "id", "id_like", "image_id", "image_version", "name", "pretty_name", "variant", "variant_id", "version",
    "version_codename", "version_id",
)  # fmt: skip
_VERSION: Final = re.compile(r"\d+(\.\d+)?")


def collect(tree: Tree, out: Families) -> None:
    """Name and version. Format: os-release(5)."""
    found = _parsed(_text(tree))
    labels = render(**{label: found.get(label.upper(), "") for label in _LABELS})
    out.gauge("node_os_info", "What os-release says; always 1.", 1, labels)
    if version := _VERSION.match(found.get("VERSION_ID", "")):
        labels = render(**{label: found.get(label.upper(), "") for label in ("id", "id_like", "name")})
        out.gauge("node_os_version", "Major and minor version of the distribution.", float(version[0]), labels)


def _text(tree: Tree) -> str:
    try:
        return tree.read("etc/os-release")
    except FileNotFoundError:
        return tree.read("usr/lib/os-release")


@cache
def _parsed(text: str) -> dict[str, str]:
    found = {}
    for line in text.splitlines():
        key, equals, value = line.strip().partition("=")
        if equals and not key.startswith("#"):
            found[key] = "".join(shlex.split(value, comments=True))
    return found
