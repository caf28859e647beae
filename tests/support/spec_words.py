"""Hypothesis strategies for the words of a spec: names, durations, addresses, secrets, mappings of options."""

import os
from collections.abc import Mapping
from typing import Any, Final

from hypothesis import strategies as st

from watchspec.units import Duration

Section = dict[str, Any]
"""A piece of a spec as plain values, as YAML would give it."""

_AWKWARD: Final = (
    '"', "'", "\\", "`", ".", ".*", "|", "a|b", "(", ")", "[a-c]", "[^x]", "{{", "}}", '{{ "{{" }}', "{{ $value }}",
    "{{ .Labels.x }}", "$labels", "$1", "${HOME}", "<< by >>", "<% raw %>", "%", "%2F", "&", "<b>", "#", " # ", ": ",
    "-", "? ", "!", "@", "*", "~", "null", "true", "no", "1e3", "0x1F", "22:30", "2026-12-05", "ž", "北京", "😀", "é",
    "ﬃ", "/*", "*/", "//", "\\n", "\\Q", "$", "^", "+", "=", ",", ";", " ", "  ", "x" * 40,
)  # fmt: skip
PIECES: Final = st.one_of(
    st.sampled_from("abcxyzABC019_-"),
    st.sampled_from(_AWKWARD),
    st.characters(exclude_categories=["C", "Z"]),
)
NAMES: Final = st.lists(PIECES, min_size=1, max_size=5).map(lambda pieces: "".join(pieces).strip()).filter(bool)
"""What `watchspec.spec.base.Name` allows: printable, on one line, no spaces around."""
TEXTS: Final = st.lists(st.one_of(PIECES, st.sampled_from("\n\t\r\x85\u2028")), max_size=5).map("".join)
"""Any text, line breaks of every kind included."""
IDENTIFIERS: Final = st.from_regex(r"[a-zA-Z][a-zA-Z0-9_]{0,11}", fullmatch=True)
"""Names of labels and metrics."""
FILES: Final = st.one_of(NAMES.map(lambda name: name.replace("/", "-")), st.just("secrets/x y"))
HOSTS: Final = st.sampled_from(("h", "db-1.example.com", "10.0.0.7", "[::1]", "xn--e1afmkfd"))
PORTS: Final = st.integers(1, 65535)
ADDRESSES: Final = st.builds("{}:{}".format, HOSTS, PORTS)
PATHS: Final = st.sampled_from(("", "/", "/health", "/a%20b?c=d&e", "/%7B%7B", "/ž/{{x}}", '/"q"', "/a'b", "/$1"))
VERSIONS: Final = st.fixed_dictionaries(
    {},
    optional={
        "prometheus": st.sampled_from(("2.37", "2.42.0", "2.53", "3.0", "3.5")),
        "alertmanager": st.sampled_from(("0.27", "0.28", "0.33")),
        "grafana": st.sampled_from(("11", "12", "12.1")),
    },
)

_SPANS: Final = (
    "0s", "1ms", "300ms", "999ms", "1s", "1500ms", "7s", "30s", "59s", "1m", "61s", "5m", "17m13s", "1h", "6h30m", "1d",
    "3d", "1w", "2w3d", "6w",
)  # fmt: skip

EXAMPLES: Final = int(os.environ.get("WATCHSPEC_EXAMPLES", "0"))
"""How many specs a long run tries; 0 is a short one."""
LONGEST: Final = (6 * 7 * 24 if EXAMPLES else 1) * 3_600_000
"""The longest duration in milliseconds: six weeks, or an hour in a short run: promtool takes its time over weeks."""


def spans(shortest: int = 0, longest: int = LONGEST) -> st.SearchStrategy[str]:
    """Durations between so many milliseconds, as text."""
    longest = max(longest, shortest)
    likely = [text for text in _SPANS if shortest <= milliseconds(text) <= longest]
    exact = st.integers(shortest, longest)
    return st.one_of(st.sampled_from(likely or [f"{shortest}ms"]), exact.map(lambda ms: f"{ms // 1000}s{ms % 1000}ms"))


def milliseconds(text: str) -> int:
    """The length of a duration."""
    return Duration.parse(text).milliseconds


def secrets() -> st.SearchStrategy[Section]:
    """Where a secret lies."""
    return st.one_of(st.fixed_dictionaries({"file": FILES}), st.fixed_dictionaries({"env": IDENTIFIERS.map(str.upper)}))


def urls(*schemes: str) -> st.SearchStrategy[str]:
    """URLs of one of `schemes`, with a port."""
    return st.builds("{}://{}:{}{}".format, st.sampled_from(schemes), HOSTS, PORTS, PATHS)


def some(
    required: Mapping[str, st.SearchStrategy[Any]], **optional: st.SearchStrategy[Any]
) -> st.SearchStrategy[Section]:
    """A mapping with the keys `required` and any of `optional`; a final `_` is not part of a key."""
    return st.fixed_dictionaries(
        dict(required), optional={key.removesuffix("_"): values for key, values in optional.items()}
    )
