"""Levels of the catalogue in the severities of a spec."""

from collections.abc import Callable

import pytest

from generator.severities import scale
from watchspec.spec import Spec

MAIL = "smtp: {host: 'mail:25', from: a@example.com}\nchannels: {ops: {email: b@example.com}}\n"


@pytest.mark.parametrize(
    ("names", "page", "ticket", "note"),
    [
        (["only"], "only", "only", "only"),
        (["critical", "warning"], "critical", "warning", "warning"),
        (["critical", "warning", "info"], "critical", "warning", "info"),
        (["critical", "high", "medium", "low", "info"], "critical", "medium", "info"),
    ],
)
def test_levels_are_the_first_middle_and_last_severity(
    spec_of: Callable[[str], Spec], names: list[str], page: str, ticket: str, note: str
) -> None:
    """However many severities a spec has."""
    severities = ", ".join(f"{name}: {{notify: ops}}" for name in names)
    assert scale(spec_of(f"{MAIL}severities: {{{severities}}}\n")) == {"page": page, "ticket": ticket, "note": note}


def test_as_says_otherwise(spec_of: Callable[[str], Spec]) -> None:
    """A severity may claim a level for itself."""
    spec = spec_of(f"{MAIL}severities: {{a: {{notify: ops}}, b: {{notify: ops, as: page}}, c: {{notify: ops}}}}\n")
    assert scale(spec)["page"] == "b"
