"""Levels of the catalogue in the severities of a spec."""

from collections.abc import Callable

import pytest

from generator.severities import scale, urgency
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


@pytest.mark.parametrize(
    ("severities", "steps", "colors"),
    [
        (["critical", "warning", "info"], ["Highest", "High", "Low"], ["danger", "warning", "#439FE0"]),
        (["low", "high"], ["Low", "High"], ["danger", "#439FE0"]),
        (["a", "b", "c", "d", "e"], ["Highest", "Highest", "High", "Medium", "Low"], ["danger", "warning", "#439FE0"]),
        (["only"], ["Highest"], ["danger"]),
    ],
)
def test_severities_are_spread_over_the_scales_of_others(
    spec_of: Callable[[str], Spec], severities: list[str], steps: list[str], colors: list[str]
) -> None:
    """By their place, unless a step has their name."""
    spec = spec_of(MAIL + "severities: {" + ", ".join(f"{name}: {{notify: ops}}" for name in severities) + "}\n")
    found = [urgency(spec, name) for name in severities]
    assert [one.of(("Highest", "High", "Medium", "Low")) for one in found] == steps
    assert [*dict.fromkeys(one.color() for one in found)] == colors


def test_what_is_about_no_severity_is_as_harmless_as_the_last(spec_of: Callable[[str], Spec]) -> None:
    """A drill, the watchdog."""
    spec = spec_of("")
    assert (urgency(spec, None).place, urgency(spec, None).worst) == (2, False)
