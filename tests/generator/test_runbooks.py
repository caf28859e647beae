"""One page an alert."""

from collections.abc import Callable

from generator import rules, runbooks
from generator.catalogue import alerts
from generator.layout import COMPOSE
from watchspec.spec import Spec


def test_every_alert_has_its_page(spec_of: Callable[[str], Spec]) -> None:
    """Also those that the spec does not use: old messages link to them."""
    assert set(runbooks.emit(spec_of(""), COMPOSE)) == {f"docs/alerts/{name}.md" for name in alerts()}


def test_every_rule_links_to_a_page_that_is_written(spec_of: Callable[[str], Spec]) -> None:
    """By default to the file in the repository."""
    spec = spec_of("hosts: [{name: h}]\n")
    text = "".join(rules.emit(spec, COMPOSE).values())
    linked = {line.split("runbook_url: ")[1] for line in text.splitlines() if "runbook_url: " in line}
    assert linked
    assert linked <= set(runbooks.emit(spec, COMPOSE))


def test_a_page_says_why_what_to_do_and_what_can_be_set() -> None:
    """With defaults and units."""
    page = runbooks.page(alerts()["HighErrorRate"])
    assert alerts()["HighErrorRate"].why in page
    assert "1. Read the log of the service" in page
    assert "| the first severity | `5%` | fires above it; a percentage such as `80%` |" in page
    assert "HighErrorRate: {critical: 5%, warning: 1%, for: 2m}" in page
    assert "It needs a service with `metrics:`" in page
