"""Break a thing: the right person is told, soon, and knows what to do. Mend it: they are told again."""

import time

import pytest

from tests.live.conftest import GROUP_WAIT, INTERVAL, Live, fetch

SLACK_SECONDS = 2.0
"""What the design allows beyond scrape interval, evaluation interval, `for` and group wait."""


def told(
    live: Live, alert: str, target: str, began: float, capsys: pytest.CaptureFixture[str], *, for_seconds: float = 0
) -> None:
    """Mail and Slack name target, severity and runbook; the time they took is printed beside its limit."""
    runbook = f"https://runbooks.example.com/{alert}.md"
    limit = 2 * INTERVAL.seconds + for_seconds + GROUP_WAIT.seconds + SLACK_SECONDS
    for kind in ("mail", "slack"):
        message = live.message(kind, alert, target, "critical", runbook, since=began)
        assert "resolved" not in message["subject"].lower()
        took = message["received"] - began
        with capsys.disabled():
            print(f"\n{alert} of {target}: fault to {kind} {took:.1f} s, limit {limit:.1f} s", end="")
        assert took <= limit


def ended(live: Live, alert: str, target: str, since: float) -> None:
    """Mail and Slack both say that it is over."""
    for kind in ("mail", "slack"):
        live.message(kind, "RESOLVED", alert, target, since=since)
    assert f"{alert} {target}" not in live.critical()


def test_a_redis_that_stops_is_told_and_its_return_too(live: Live, capsys: pytest.CaptureFixture[str]) -> None:
    """RedisDown, from the moment it stops."""
    began = time.time()
    live.redis.stop()
    told(live, "RedisDown", "cache", began, capsys)

    mended = time.time()
    live.redis.start()
    ended(live, "RedisDown", "cache", mended)


def test_a_postgres_that_refuses_connections_is_told_and_its_return_too(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    """PostgresDown, although the exporter had a connection open."""
    began = time.time()
    live.postgres.stop()
    told(live, "PostgresDown", "main-db", began, capsys)

    mended = time.time()
    live.postgres.start()
    ended(live, "PostgresDown", "main-db", mended)


def test_a_service_whose_probe_fails_is_told_and_its_recovery_too(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    """ServiceDown from the probe at once."""
    began = time.time()
    fetch(f"{live.shop}/break?health=1", post=True)
    told(live, "ServiceDown", "shop", began, capsys)

    mended = time.time()
    fetch(f"{live.shop}/mend", post=True)
    ended(live, "ServiceDown", "shop", mended)


def test_a_service_that_answers_500_is_told(live: Live, capsys: pytest.CaptureFixture[str]) -> None:
    """HighErrorRate from its own metrics as the share of errors grows; were it down too, that alone would be told."""
    began = time.time()
    fetch(f"{live.shop}/break?errors=100", post=True)
    message = live.message("mail", "HighErrorRate", "shop", since=began)
    fetch(f"{live.shop}/mend", post=True)
    with capsys.disabled():
        print(
            f"\nHighErrorRate of shop: fault to mail {message['received'] - began:.1f} s, from a rate over minutes",
            end="",
        )


def test_nobody_hears_of_the_watchdog(live: Live) -> None:
    """It fires always; it is for a machine."""
    assert not [message for message in live.messages("mail") if "Watchdog" in message["subject"]]
