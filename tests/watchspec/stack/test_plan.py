"""How the stack runs: decided from facts, as a table."""

from typing import Any

import pytest

from watchspec.errors import EnvironmentFailure
from watchspec.stack.plan import Machine, Way, Wish, decide, missing

NOTHING: dict[str, Any] = {
    "engine": False, "compose_file": True, "prometheus": None, "alertmanager": None, "can_install": False,
}  # fmt: skip
PROGRAMS = {"prometheus": "/usr/bin/prometheus", "alertmanager": "/usr/bin/alertmanager"}


@pytest.mark.parametrize(
    ("facts", "wish", "way"),
    [
        ({"engine": True, **PROGRAMS}, Wish(), Way.COMPOSE),
        ({"engine": True, **PROGRAMS}, Wish(Way.NATIVE), Way.NATIVE),
        ({"engine": True}, Wish(Way.COMPOSE), Way.COMPOSE),
        ({"engine": True, "compose_file": False, **PROGRAMS}, Wish(), Way.NATIVE),
        ({"engine": True}, Wish(Way.NATIVE), Way.EXPORTER),
        (PROGRAMS, Wish(), Way.NATIVE),
        ({**PROGRAMS, "can_install": True}, Wish(), Way.NATIVE),
        ({"can_install": True}, Wish(), Way.INSTALL),
        ({"can_install": True}, Wish(Way.NATIVE), Way.INSTALL),
        ({"can_install": True}, Wish(install=False), Way.EXPORTER),
        ({"prometheus": "/usr/bin/prometheus"}, Wish(), Way.EXPORTER),
        ({"prometheus": "/usr/bin/prometheus", "can_install": True}, Wish(), Way.INSTALL),
        ({}, Wish(), Way.EXPORTER),
    ],
)
def test_the_best_way_that_the_machine_allows(facts: dict[str, Any], wish: Wish, way: Way) -> None:
    """The engine first, then the programs, then the distribution, then the exporter alone."""
    assert decide(Machine(**{**NOTHING, **facts}), wish) is way


@pytest.mark.parametrize(
    ("facts", "complaint"),
    [
        ({}, "no Docker engine with Compose answers"),
        ({"engine": True, "compose_file": False}, "no docker-compose.monitoring.yml lies beside the spec"),
    ],
)
def test_compose_without_what_it_takes_is_refused(facts: dict[str, Any], complaint: str) -> None:
    """Who asks for Compose gets nothing else silently."""
    with pytest.raises(EnvironmentFailure, match=complaint):
        decide(Machine(**{**NOTHING, **facts}), Wish(Way.COMPOSE))


@pytest.mark.parametrize("wish", [Wish(), Wish(Way.COMPOSE)])
def test_an_old_compose_is_not_passed_over_silently(wish: Wish) -> None:
    """With what to do, in one line; who asks for the machine's programs gets them."""
    found = Machine(**{**NOTHING, **PROGRAMS, "engine": True, "old_compose": "2.20.3"})
    with pytest.raises(EnvironmentFailure) as caught:
        decide(found, wish)
    assert str(caught.value) == (
        "Docker Compose 2.20.3 is too old for docker-compose.monitoring.yml: update it to 2.24.4 or newer,"
        " or do without: watchspec up --native"
    )
    assert decide(found, Wish(Way.NATIVE)) is Way.NATIVE


def test_what_is_missing_comes_with_how_to_get_it() -> None:
    """Only what is missing is named."""
    assert missing(Machine(**{**NOTHING, **PROGRAMS})) == ""
    text = missing(Machine(**{**NOTHING, "prometheus": "/usr/bin/prometheus"}))
    assert text.startswith("alertmanager: install")
    assert "apt-get install" in text
