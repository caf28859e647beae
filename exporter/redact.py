"""Text of drivers and servers, made safe to leave the process: no credentials, mail addresses or card numbers."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

MASK: Final = "***"
_LONGEST: Final = 300
_WORD: Final = re.compile(r"\S+")
_USER: Final = re.compile(r"://[^/\s:@]{0,256}:")
_SCHEME: Final = re.compile(r"(?i)\b(Bearer|Basic|Digest|Negotiate)(\s+)[^\s,;]{6,}")
_AUTH: Final = re.compile(r"\bAUTH(\s+\S+){1,2}")
_PAIR: Final = re.compile(
    r"(?i)((?:password|passwd|passphrase|pwd|secret|token|authorization|credential|api[_-]?key|private[_-]?key"
    r"|requirepass|masterauth)[\w-]{0,64}[\"']?\s{0,8}[=:]\s{0,8})"
    r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\S+)"
)
_MAIL: Final = re.compile(r"(?<!://)(?<![\w.%+-])[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
"""A user in front of a URL's host is no mail address: the host must stay readable."""
_DIGITS: Final = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){12,}")
_GROUP: Final = re.compile("[0-9]+")


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` on one line of at most 300 characters, masked as `mask` does it."""
    return " ".join(mask(text, secrets).split())[:_LONGEST]


def mask(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without `secrets` and without whatever looks like a credential, a mail address or a card number."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        for form in (secret, quote(secret, safe="")):
            text = text.replace(form, MASK)
    if "://" in text and "@" in text:
        text = _WORD.sub(_password_masked, text)
    text = _SCHEME.sub(rf"\1\2{MASK}", text)
    text = _AUTH.sub(f"AUTH {MASK}", text)
    text = _PAIR.sub(rf"\1{MASK}", text)
    return _DIGITS.sub(_cards_masked, _MAIL.sub(f"{MASK}@{MASK}", text))


def is_card(digits: str) -> bool:
    """Whether 13 to 19 digits have the check digit of a card number (ISO/IEC 7812-1, annex B: Luhn's formula)."""
    if not 13 <= len(digits) <= 19:
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _password_masked(found: re.Match[str]) -> str:
    """A word with a URL in it: what stands between the user's colon and the last @ is the password."""
    word, end = found[0], found[0].rfind("@")
    user = _USER.search(word)
    return word if user is None or user.end() > end else word[: user.end()] + MASK + word[end:]


def _cards_masked(found: re.Match[str]) -> str:
    """The run of digits with every card in it masked; a card begins and ends where a group of digits does."""
    text, groups = found[0], list(_GROUP.finditer(found[0]))
    parts, done, first = [], 0, 0
    while first < len(groups):
        last = _card(groups, first)
        if last is not None:
            parts += [text[done : groups[first].start()], MASK]
            done, first = groups[last].end(), last
        first += 1
    return "".join([*parts, text[done:]])


def _card(groups: list[re.Match[str]], first: int) -> int | None:
    """The last group of the longest card that begins with group `first`."""
    digits, found = "", None
    for last in range(first, len(groups)):
        digits += groups[last][0]
        if len(digits) > 19:
            break
        if is_card(digits):
            found = last
    return found
