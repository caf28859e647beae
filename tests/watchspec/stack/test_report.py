"""What `watchspec up` says at its end."""

import pytest

from watchspec.stack import ports, report
from watchspec.stack.plan import Way


@pytest.mark.parametrize(
    ("way", "demo", "shown", "hidden"),
    [
        (Way.COMPOSE, True, ["9877", "9090", "9093", "3000", "8025", "8000"], []),
        (Way.NATIVE, True, ["9877", "9090", "9093", "8025", "8000"], ["3000"]),
        (Way.NATIVE, False, ["9877", "9090", "9093"], ["8025", "8000", "3000"]),
        (Way.EXPORTER, False, ["9877"], ["9090", "9093", "8025", "8000", "3000"]),
    ],
)
def test_what_runs_is_listed_and_nothing_else(way: Way, demo: bool, shown: list[str], hidden: list[str]) -> None:
    """An address that nobody answers would send a newcomer astray."""
    at = {**ports.DEFAULTS, **({"grafana": 3000} if way is Way.COMPOSE else {})}
    text = report.text(way, at, [], "watchspec", demo=demo)
    assert [port for port in shown if f":{port}/" not in text] == []
    assert [port for port in hidden if f":{port}/" in text] == []


@pytest.mark.parametrize("demo", [True, False])
def test_three_commands_follow(demo: bool) -> None:
    """The last one ends it all, as the user calls us."""
    commands = report.text(Way.NATIVE, ports.DEFAULTS, [], ".venv/bin/watchspec", demo=demo).split("try next:\n")[1]
    assert len(commands.splitlines()) == 3
    assert commands.splitlines()[-1] == "  .venv/bin/watchspec down"


def test_chosen_ports_are_the_ones_shown() -> None:
    """What the user moved is shown where it is."""
    text = report.text(Way.NATIVE, {**ports.DEFAULTS, "prometheus": 9191}, [], "watchspec", demo=False)
    assert "http://127.0.0.1:9191/" in text


def test_the_second_of_a_pair_is_listed_where_it_is() -> None:
    """Beside the first."""
    at = {**ports.DEFAULTS, "prometheus-2": 9091, "alertmanager-2": 9095}
    text = report.text(Way.COMPOSE, at, [], "watchspec", demo=False, secure=True)
    assert "  Prometheus 2   https://127.0.0.1:9091/\n" in text
    assert "  Alertmanager 2 https://127.0.0.1:9095/\n" in text


def test_what_is_missing_is_said_on_a_line_each() -> None:
    """With the words that came with it."""
    text = report.text(Way.EXPORTER, ports.DEFAULTS, ["no redis", "no postgres"], "watchspec", demo=True)
    assert "missing: no redis\nmissing: no postgres\n" in text


def test_a_secure_stack_is_opened_with_its_login() -> None:
    """Its own parts; the demo is as it was. The password is not printed, only where it lies."""
    text = report.text(Way.COMPOSE, ports.DEFAULTS, [], "watchspec", demo=True, secure=True)
    assert text.count("https://127.0.0.1") == 4
    assert "user watchspec, password in secrets/tls/password" in text
    assert "http://127.0.0.1:8025/" in text
    assert 'curl -s --cacert secrets/tls/ca.pem -u watchspec:"$(cat secrets/tls/password)" https://' in text
