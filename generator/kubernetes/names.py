"""Names that Kubernetes takes, for whatever a spec calls things.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""

import hashlib
import re
from pathlib import PurePosixPath
from typing import Final

from watchspec.spec import Secret

LONGEST: Final = 63
"""Characters of an RFC 1123 label: what a Service, a label's value and every other object may be called."""
SECRETS: Final = "watchspec-secrets"
"""The Secret that holds all that the spec names and does not say; you make it, `secrets.sh` shows how."""
_DIGITS: Final = 8
_LONGEST_KEY: Final = 120
_PLAIN_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_PLAIN_PATH: Final = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)+")


def label(*words: str) -> str:
    """An RFC 1123 label that begins with `watchspec-`; words that it cannot say whole end in a short hash."""
    text = "-".join(words)
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    room = LONGEST - len("watchspec-")
    if slug != text or len(slug) > room:
        slug = f"{slug[: room - _DIGITS - 1]}-{_digest(text)}".strip("-")
    return f"watchspec-{slug}"


def key(secret: Secret) -> str:
    """The key of `secret` in the Secret: a variable's name, or a path with dots for slashes.

    A path that this cannot say, such as one with dots of its own, ends in a short hash, so that no two are one.
    """
    if secret.env is not None:
        return secret.env if _PLAIN_VARIABLE.fullmatch(secret.env) else _hashed(f"${secret.env}")
    path = str(PurePosixPath(str(secret.file)))
    plain = _PLAIN_PATH.fullmatch(path) and len(path) <= _LONGEST_KEY
    return path.replace("/", ".") if plain else _hashed(path)


def _hashed(text: str) -> str:
    slug = re.sub(r"[^A-Za-z0-9_-]+", ".", text).strip(".-")
    return f"{slug[:_LONGEST_KEY]}-{_digest(text)}".lstrip("-")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
