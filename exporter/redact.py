"""Text of drivers and servers, made safe for a log line."""

import re
from collections.abc import Iterable
from typing import Final

_LONGEST: Final = 300
_URL: Final = re.compile(r"(://[^/\s:@]*:)[^@\s]*@")
_PAIR: Final = re.compile(r"(?i)\b(password|passwd|pwd|secret|token|authorization)(\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|\S+)")


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` on one line of at most 300 characters, with `secrets` and whatever looks like a password masked."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "***")
    text = _PAIR.sub(r"\1\2***", _URL.sub(r"\1***@", text))
    return " ".join(text.split())[:_LONGEST]
